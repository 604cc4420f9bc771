// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A bounded queue of bytes between one producing and one consuming thread at a time: a chain of
 * segments, so that a claim is contiguous, an idle queue is small and a busy one is large.
 *
 * <pre>
 *   head                          tail
 *   segment ──next──▶ segment ──▶ segment
 *   |···read|data|    |data....|  |data|written····|
 *   consumer's                          producer's
 * </pre>
 *
 * <p>The bound counts bytes that are committed and not released. A claim larger than the bound is
 * granted when the queue is empty, in a segment of its own: "bound plus one message".
 *
 * <p>A producer that finds everything released begins the tail anew, so that a queue that is
 * emptied again and again stays within the same few cache lines.
 */
public final class ByteQueue {
  private static final long BEGUN_ANEW = 1L << 32;
  private static final int SMALLEST_SEGMENT = 4 * 1024;
  static final int LARGEST_SEGMENT = 128 * 1024;
  private static final VarHandle WRITTEN =
      Fields.handle(MethodHandles.lookup(), Segment.class, "written", long.class);
  private static final VarHandle NEXT =
      Fields.handle(MethodHandles.lookup(), Segment.class, "next", Segment.class);
  private static final VarHandle PRODUCED =
      Fields.handle(MethodHandles.lookup(), ByteQueue.class, "produced", long.class);
  private static final VarHandle CONSUMED =
      Fields.handle(MethodHandles.lookup(), ByteQueue.class, "consumed", long.class);

  private static final class Segment {
    final ByteBuffer in;
    final ByteBuffer out;

    /** As {@code written}, the consumer's. */
    long read;

    /** Up to where, and in the upper half how often the segment began anew. */
    @SuppressWarnings("UnusedVariable") // read through WRITTEN
    long written;

    Segment next;

    Segment(ByteBuffer memory) {
      in = memory;
      out = memory.asReadOnlyBuffer();
    }
  }

  private final BufferSource source;
  private final int bound;
  private final int largestSegment;
  private final AtomicReference<Segment> spare = new AtomicReference<>();
  private Segment head;
  private Segment tail;

  /** As {@link Segment#written} of the tail will be. */
  private long tailWritten;

  private long produced;
  private long consumed;

  /**
   * Makes an empty queue; memory is taken with the first claim.
   *
   * @param source where segments come from
   * @param bound in bytes
   */
  public ByteQueue(BufferSource source, int bound) {
    this.source = source;
    this.bound = bound;
    this.largestSegment =
        Math.max(SMALLEST_SEGMENT, Math.min(LARGEST_SEGMENT, Integer.highestOneBit(bound / 2)));
    Segment empty = new Segment(ByteBuffer.allocate(0));
    head = empty;
    tail = empty;
  }

  /**
   * Producer: asks for contiguous room.
   *
   * @param length in bytes
   * @return the segment's buffer, its position where to write and at least this much remaining,
   *     valid until {@link #commit}; null when the bound leaves no room
   */
  public ByteBuffer claim(int length) {
    int index = claimIndex(length);
    return index < 0 ? null : tail.in.clear().position(index);
  }

  /**
   * Producer: the same, without moving a position.
   *
   * @return where to write in {@link #claimed}; -1 when the bound leaves no room
   */
  int claimIndex(int length) {
    long used = used();
    if (!fits(used, length)) {
      return -1;
    }
    if (used == 0 && (int) tailWritten != 0) {
      tailWritten = anew(tailWritten) + BEGUN_ANEW;
    }
    if (tail.in.capacity() - (int) tailWritten < length) {
      append(length);
    }
    return (int) tailWritten;
  }

  /** Producer: the segment of the last claim, its limit where it ends. */
  ByteBuffer claimed() {
    return tail.in;
  }

  /**
   * Producer: publishes bytes written from the position that the last claim gave.
   *
   * @param length in bytes, at most what was claimed
   */
  public void commit(int length) {
    tailWritten += length;
    PRODUCED.setRelease(this, produced + length);
    WRITTEN.setRelease(tail, tailWritten); // SYNC bytes-published
  }

  /**
   * Any thread: whether a claim of this length would be granted.
   *
   * @param length in bytes
   * @return whether there is room
   */
  public boolean hasRoom(int length) {
    return fits(used(), length);
  }

  private boolean fits(long used, int length) {
    return used == 0 || used + length <= bound;
  }

  /** The beginning of a segment that began anew as often. */
  private static long anew(long index) {
    return index & -BEGUN_ANEW;
  }

  /**
   * Any thread: how much is committed and not released.
   *
   * @return in bytes
   */
  public long used() {
    long released = (long) CONSUMED.getAcquire(this); // SYNC bytes-released
    return (long) PRODUCED.getAcquire(this) - released;
  }

  /**
   * Any thread: whether everything committed was released.
   *
   * @return whether it is empty
   */
  public boolean isEmpty() {
    return used() == 0;
  }

  /**
   * Consumer: the next contiguous run of committed bytes. Claims never straddle two runs.
   *
   * @return a read-only buffer from the first byte not released to the last one committed, valid
   *     until {@link #release}; null when there is none
   */
  public ByteBuffer readable() {
    Segment segment = head;
    long written = (long) WRITTEN.getAcquire(segment); // SYNC bytes-published
    while (segment.read == written) {
      Segment next = (Segment) NEXT.getAcquire(segment); // SYNC segment-linked
      if (next == null) {
        return null;
      }
      written = (long) WRITTEN.getAcquire(segment);
      if (segment.read == written) {
        head = next;
        recycle(segment);
        segment = next;
        written = (long) WRITTEN.getAcquire(segment);
      }
    }
    if (anew(segment.read) != anew(written)) {
      segment.read = anew(written);
    }
    return segment.out.limit((int) written).position((int) segment.read);
  }

  /**
   * Consumer: gives back bytes at the front of what {@link #readable} returned.
   *
   * @param length in bytes
   */
  public void release(int length) {
    head.read += length;
    CONSUMED.setRelease(this, consumed + length); // SYNC bytes-released
  }

  /** Gives all memory back; only when neither side will use the queue again. */
  public void dispose() {
    Segment segment = head;
    while (segment != null) {
      source.give(segment.in);
      segment = segment.next;
    }
    Segment kept = spare.getAndSet(null);
    if (kept != null) {
      source.give(kept.in);
    }
    head = new Segment(ByteBuffer.allocate(0));
    tail = head;
    tailWritten = 0;
    consumed = produced;
  }

  private void append(int length) {
    Segment added = spare.getAndSet(null);
    int size = Math.max(nextSize(), capacityFor(length));
    if (added == null || added.in.capacity() < size) {
      if (added != null) {
        source.give(added.in);
      }
      added = new Segment(source.take(size));
    }
    NEXT.setRelease(tail, added); // SYNC segment-linked
    tail = added;
    tailWritten = 0;
  }

  /** Few different sizes, so that a source finds one to use again. */
  static int capacityFor(int length) {
    return length > LARGEST_SEGMENT ? length : Integer.highestOneBit(Math.max(1, length - 1)) << 1;
  }

  /** Grows only under pressure: a queue that is empty when a segment is full stays small. */
  private int nextSize() {
    int now = Math.min(tail.in.capacity(), largestSegment);
    return isEmpty() ? Math.max(SMALLEST_SEGMENT, now) : clamp(4 * now);
  }

  private int clamp(int size) {
    return Math.max(SMALLEST_SEGMENT, Math.min(largestSegment, size));
  }

  private void recycle(Segment segment) {
    int capacity = segment.in.capacity();
    if (capacity >= SMALLEST_SEGMENT && capacity <= largestSegment) {
      segment.read = 0;
      segment.written = 0;
      segment.next = null;
      Segment older = spare.getAndSet(segment);
      if (older != null) {
        source.give(older.in);
      }
    } else {
      source.give(segment.in);
    }
  }
}
