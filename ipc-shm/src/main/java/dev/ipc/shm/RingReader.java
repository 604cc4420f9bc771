// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static dev.ipc.shm.SegmentLayout.PADDING;
import static dev.ipc.shm.SegmentLayout.READER_BELL_OFFSET;
import static dev.ipc.shm.SegmentLayout.READ_POSITION_OFFSET;
import static dev.ipc.shm.SegmentLayout.RECORD_HEADER_LENGTH;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static dev.ipc.shm.SegmentLayout.WRITER_BELL_OFFSET;

import dev.ipc.spi.Fields;
import dev.ipc.spi.ProtocolViolation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.AtomicBuffer;

/**
 * The receiving end of a ring. One process has it, one thread at a time uses it; what any thread
 * may call says so. It does not wait and does not ring: it says when that is needed. It never
 * writes into the data.
 *
 * <p>Nothing the peer writes is trusted: a header is read once and checked before it is used. After
 * a violation the reader is of no use any more.
 */
final class RingReader {
  /** So many headers are looked at together, when the messages are alike. */
  private static final int RUN = 8;

  private static final VarHandle POSITION =
      Fields.handle(MethodHandles.lookup(), RingReader.class, "position", long.class)
          .withInvokeExactBehavior();

  private final AtomicBuffer words;
  private final AtomicBuffer data;
  private final Baton baton;
  private final ByteBuffer view;
  private final int capacity;
  private final int mask;
  private final int quarter;
  private long position;
  private long published;
  private long announced;
  private long rung;

  /**
   * Begins a ring whose words and data are 0.
   *
   * @param baton of this side, for both directions
   */
  RingReader(Ring ring, Baton baton) {
    this.baton = baton;
    words = ring.words();
    data = ring.data();
    view = data.byteBuffer().asReadOnlyBuffer();
    capacity = SegmentLayout.checkCapacity(data.capacity());
    mask = capacity - 1;
    quarter = capacity / 4;
  }

  /**
   * Takes what is there, up to a limit, and publishes that its room is free again. A record counts
   * as taken also when the handler throws; its exceptions pass.
   *
   * @return how many records were taken
   */
  int take(PartHandler handler, int limit) {
    int taken = 0;
    try {
      while (taken < limit) {
        int index = (int) position & mask;
        long header = data.getLongAcquire(index); // SYNC record-published
        if (baton.hasArrived()) { // asked after the header: what it brings was sent before
          taken++;
          handler.onPart(baton.take(), LAST);
          continue;
        }
        if (header == 0) {
          break;
        }
        int length = checked(header, index);
        int flags = SegmentLayout.flags(header);
        int behind = SegmentLayout.indexBehind(index, length, flags);
        POSITION.setOpaque(this, position + behind - index);
        if (flags != PADDING) {
          taken++;
          handler.onPart(payload(index, length), flags == SPACED ? LAST : flags);
          if (flags == LAST) {
            taken += takeAlike(header, handler, Math.min(RUN, limit - taken));
          }
          if (flags == MORE) {
            publish(); // its room is what the sender waits for
          } else {
            publishQuarter();
          }
        }
      }
    } finally {
      if (position != published) {
        publish();
      }
    }
    return taken;
  }

  /**
   * Takes the records with the same header that follow the one just taken. Their headers are looked
   * at before any of them is handed out, at places that do not depend on what is read: so the
   * processor fetches their cache lines from the writer together, not one after the other.
   *
   * <p>They are looked at before the record just taken is published: as long as the peer does not
   * know that the ring is empty, nothing comes with the baton between them.
   *
   * @param header of a record without any flag, checked
   * @return how many there were
   */
  private int takeAlike(long header, PartHandler handler, int limit) {
    int length = SegmentLayout.length(header);
    int record = SegmentLayout.align(length);
    int start = (int) position & mask;
    int count = alike(header, start, record, limit);
    for (int i = 0; i < count; i++) {
      POSITION.setOpaque(this, position + record);
      handler.onPart(payload(start + i * record, length), LAST);
      publishQuarter();
    }
    return count;
  }

  /** How many records with this header there are in a row, in one piece. */
  private int alike(long header, int start, int record, int limit) {
    int count = 0;
    int index = start;
    while (count < limit
        && index <= capacity - record
        && data.getLongAcquire(index) == header) { // SYNC record-published
      count++;
      index += record;
    }
    return count;
  }

  /** How much was taken in all, in bytes. */
  long position() {
    return position;
  }

  /** How much the ring can hold, in bytes. */
  int capacity() {
    return capacity;
  }

  /** For who looks again and again: it may seem empty until an answer is expected. */
  boolean seemsEmpty() {
    int index = (int) position & mask;
    return data.getLongAcquire(index) == 0 && !baton.hasArrivedInTime(); // SYNC record-published
  }

  /** Any thread: whether there is nothing to take. */
  boolean isEmpty() {
    int index = (int) (long) POSITION.getOpaque(this) & mask;
    return data.getLongAcquire(index) == 0 && !baton.hasArrived(); // SYNC record-published
  }

  /**
   * Any thread, when the writer is gone: whether there is a message to take, and not only the first
   * parts of one.
   */
  boolean hasMessage() {
    if (baton.hasArrived()) {
      return true;
    }
    int index = (int) (long) POSITION.getOpaque(this) & mask;
    for (int walked = 0; walked < capacity; ) {
      long header = data.getLongAcquire(index); // SYNC record-published
      int length = SegmentLayout.length(header);
      int flags = SegmentLayout.flags(header);
      if (header == 0) {
        return false;
      }
      if ((flags != MORE && flags != PADDING)
          || length < RECORD_HEADER_LENGTH
          || length > capacity - index) {
        return true; // a take says what is wrong
      }
      int behind = SegmentLayout.indexBehind(index, length, flags);
      walked += behind - index;
      index = behind & mask;
    }
    return true;
  }

  /**
   * After a take: whether a sender announced that it waits for room and nobody rang for it. The
   * caller rings then, and is not asked again.
   */
  boolean bellWanted() {
    long bell = words.getLongVolatile(WRITER_BELL_OFFSET); // after the publication, not before
    if (bell == rung) {
      return false;
    }
    rung = bell;
    return true;
  }

  /** Says that the reader will sleep; to be followed by another look at {@link #isEmpty}. */
  void announceSleep() {
    words.putLongOpaque(READER_BELL_OFFSET, ++announced);
    VarHandle.fullFence();
  }

  /** Publishes now and then while there is more to take, so that both sides work. */
  private void publishQuarter() {
    if (position - published >= quarter) {
      publish();
    }
  }

  private void publish() {
    published = position;
    words.putLongRelease(READ_POSITION_OFFSET, published); // SYNC position-read
  }

  private ByteBuffer payload(int index, int length) {
    return view.limit(index + length)
        .position(index + RECORD_HEADER_LENGTH)
        .order(ByteOrder.BIG_ENDIAN);
  }

  /** The length in a header that no rule forbids at this index. */
  private int checked(long header, int index) {
    int length = SegmentLayout.length(header);
    int end = capacity - index;
    boolean fits = length >= RECORD_HEADER_LENGTH && length <= Math.min(quarter, end);
    boolean meant =
        switch (SegmentLayout.flags(header)) {
          case LAST, SPACED -> true;
          case MORE -> length > RECORD_HEADER_LENGTH;
          case PADDING -> length == end;
          default -> false;
        };
    if (!fits || !meant) {
      throw ProtocolViolation.protocolError(
          "impossible record header="
              + Long.toHexString(header)
              + ", index="
              + index
              + ", capacity="
              + capacity);
    }
    return length;
  }
}
