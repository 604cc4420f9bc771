// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.CACHE_LINE;
import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.PADDING;
import static dev.ipc.shm.SegmentLayout.READER_BELL_OFFSET;
import static dev.ipc.shm.SegmentLayout.READ_POSITION_OFFSET;
import static dev.ipc.shm.SegmentLayout.RECORD_ALIGNMENT;
import static dev.ipc.shm.SegmentLayout.RECORD_HEADER_LENGTH;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static dev.ipc.shm.SegmentLayout.WRITER_BELL_OFFSET;
import static dev.ipc.shm.SegmentLayout.indexBehind;
import static dev.ipc.shm.SegmentLayout.recordHeader;
import static dev.ipc.shm.SegmentLayout.recordLength;

import dev.ipc.MessageWriter;
import dev.ipc.spi.Fields;
import dev.ipc.spi.InPlace;
import dev.ipc.spi.ProtocolViolation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.concurrent.AtomicBuffer;

/**
 * The sending end of a ring. One process has it, one thread at a time uses it; what any thread may
 * call says so. It does not wait and does not ring: it says when that is needed.
 *
 * <p>Nothing the peer writes is trusted: its position is checked, everything else is kept here.
 */
final class RingWriter {
  /** Up to this maximum a message is written beside the ring, so that no view is made for it. */
  private static final int WRITTEN_BESIDE = 4096;

  private static final int NO_ROOM = -1;
  private static final long NOWHERE = -1;
  private static final VarHandle WRITTEN =
      Fields.handle(MethodHandles.lookup(), RingWriter.class, "written", long.class)
          .withInvokeExactBehavior();

  private final AtomicBuffer words;
  private final AtomicBuffer data;
  private final Baton baton;
  private final int capacity;
  private final int mask;
  private final int largest;
  private final ByteBuffer beside = ByteBuffer.allocate(WRITTEN_BESIDE);
  private long written;

  /** Where a header was made 0 before its time. */
  private long cleared = NOWHERE;

  private long read;
  private long announced;
  private long rung;

  /**
   * Begins a ring whose words and data are 0.
   *
   * @param baton of this side, for both directions
   */
  RingWriter(Ring ring, Baton baton) {
    this.baton = baton;
    words = ring.words();
    data = ring.data();
    capacity = SegmentLayout.checkCapacity(data.capacity());
    mask = capacity - 1;
    largest = SegmentLayout.largestPayload(capacity);
  }

  /** The longest payload of one record, in bytes. */
  int largestRecord() {
    return largest;
  }

  /**
   * Copies a message or a part of one into the ring and publishes it.
   *
   * @param part its position and limit stay
   * @param flags {@link SegmentLayout#LAST} or {@link SegmentLayout#SPACED}, or {@link
   *     SegmentLayout#MORE} when it is not empty
   * @return false when there is no room: nothing happened
   */
  boolean offer(ByteBuffer part, int flags) {
    int length = part.remaining();
    int index = claim(length, flags);
    if (index == NO_ROOM) {
      return false;
    }
    copy(part, index + RECORD_HEADER_LENGTH, length);
    commit(index, length, flags);
    return true;
  }

  /**
   * The short way for a stream: copies a whole message behind the last one and publishes it, if
   * there is room that is known of, no padding is needed, and the baton cannot go with it.
   *
   * @return false when it takes more than that: nothing happened
   */
  boolean append(ByteBuffer message) {
    int length = message.remaining();
    int index = (int) written & mask;
    int record = recordLength(length);
    long behind = written + record;
    if (length > largest
        || record > capacity - index
        || behind + RECORD_HEADER_LENGTH - capacity > read
        || cleared != NOWHERE
        || (length <= Baton.LONGEST && mayPass(false))) {
      return false;
    }
    copy(message, index + RECORD_HEADER_LENGTH, length);
    data.putLong((int) behind & mask, 0);
    data.putLongRelease(
        index, recordHeader(RECORD_HEADER_LENGTH + length, LAST)); // SYNC record-published
    WRITTEN.setOpaque(this, behind);
    return true;
  }

  /**
   * Lets the writer write a message in place and publishes it; a short one beside the ring, which
   * costs less than a view of the ring. Its exceptions pass, and send nothing.
   *
   * @param maximum how long it may become, in bytes
   * @param flags {@link SegmentLayout#LAST} or {@link SegmentLayout#SPACED}
   * @return false when there is no room: the writer was not called
   */
  boolean offer(int maximum, int flags, MessageWriter writer) {
    int index = claim(maximum, flags);
    if (index == NO_ROOM) {
      return false;
    }
    int start = index + RECORD_HEADER_LENGTH;
    int length;
    if (maximum <= WRITTEN_BESIDE) {
      length = writeBeside(maximum, writer);
      copy(beside, start, length);
    } else {
      length = InPlace.write(data.byteBuffer(), start, maximum, writer);
    }
    commit(index, length, flags);
    return true;
  }

  /**
   * Passes the baton with a message, where that is possible: it is short, the baton is here, and
   * the reader has taken all that is in the ring.
   *
   * @param look whether to ask how far the reader is; else only what is known of it counts
   * @return false when it is not possible: nothing happened
   */
  boolean pass(ByteBuffer message, boolean look) {
    int length = message.remaining();
    if (length > Baton.LONGEST || !mayPass(look)) {
      return false;
    }
    baton.pass(message, message.position(), length);
    return true;
  }

  /** The same for a message that is written in place; its exceptions pass, and send nothing. */
  boolean pass(int maximum, boolean look, MessageWriter writer) {
    if (maximum > Baton.LONGEST || !mayPass(look)) {
      return false;
    }
    baton.pass(beside, 0, writeBeside(maximum, writer));
    return true;
  }

  private boolean mayPass(boolean look) {
    return baton.isHeld() && (written == read || (look && written == readPosition()));
  }

  /** Leaves the message in {@link #beside}, from 0 on; returns its length. */
  private int writeBeside(int maximum, MessageWriter writer) {
    writer.write(beside.clear().limit(maximum).order(ByteOrder.BIG_ENDIAN));
    int length = beside.position();
    if (length > maximum) {
      throw new IllegalStateException(
          "a message is longer than its writer asked for, length="
              + length
              + ", maximum="
              + maximum);
    }
    beside.clear();
    return length;
  }

  /**
   * Any thread: whether a record of this payload would find room; after a violation, any answer.
   */
  boolean hasRoom(int length) {
    long position = (long) WRITTEN.getOpaque(this);
    int record = recordLength(length);
    long needed = neededRead(position, padding((int) position & mask, record) + record);
    return needed <= words.getLongAcquire(READ_POSITION_OFFSET); // SYNC position-read
  }

  /**
   * After a publication: whether the reader announced a sleep that nobody rang for. The caller
   * rings then, and is not asked again.
   */
  boolean bellWanted() {
    long bell = words.getLongVolatile(READER_BELL_OFFSET); // after the publication, not before
    if (bell == rung) {
      return false;
    }
    rung = bell;
    return true;
  }

  /** Says that a sender will wait for room; to be followed by another look at {@link #hasRoom}. */
  void announceWaiting() {
    words.putLongOpaque(WRITER_BELL_OFFSET, ++announced);
    VarHandle.fullFence();
  }

  /** The index of a record with room for this payload, behind the padding if any is needed. */
  private int claim(int payload, int flags) {
    if (payload > largest) {
      throw new IllegalArgumentException(
          "too long for a record: length=" + payload + ", send parts of at most " + largest);
    }
    int record = recordLength(payload);
    int index = (int) written & mask;
    int padding = padding(index, record);
    long needed = neededRead(written, padding + record) + (flags == SPACED ? CACHE_LINE : 0);
    if (needed > read && needed > readPosition()) {
      return NO_ROOM;
    }
    if (cleared != NOWHERE && written + record > cleared) {
      cleared = NOWHERE; // it is written over, perhaps by a copy that does not come to its end
    }
    return index + padding & mask;
  }

  /**
   * How far the reader must have come, that so much has room behind the position. The header behind
   * it must be free as well: the commit makes it 0.
   */
  private long neededRead(long position, int length) {
    return position + length + RECORD_HEADER_LENGTH - capacity;
  }

  private int padding(int index, int record) {
    int end = capacity - index;
    return record <= end ? 0 : end;
  }

  private long readPosition() {
    long position = words.getLongAcquire(READ_POSITION_OFFSET); // SYNC position-read
    if (position < read || position > written || position % RECORD_ALIGNMENT != 0) {
      throw ProtocolViolation.protocolError(
          "impossible read position="
              + position
              + ", the one before="
              + read
              + ", written="
              + written);
    }
    read = position;
    return position;
  }

  private void copy(ByteBuffer from, int to, int length) {
    int start = from.position();
    Objects.checkFromIndexSize(start, length, from.capacity());
    data.putBytes(to, from, start, length);
  }

  /** Publishes a record, and the padding before it if it begins elsewhere than where we are. */
  private void commit(int index, int payload, int flags) {
    int length = RECORD_HEADER_LENGTH + payload;
    int here = (int) written & mask;
    int padding = index == here ? 0 : capacity - here;
    long behind = written + padding + indexBehind(index, length, flags) - index;
    if (cleared != behind) {
      data.putLong((int) behind & mask, 0);
    }
    data.putLongRelease(index, recordHeader(length, flags)); // SYNC record-published
    if (padding > 0) {
      data.putLongRelease(here, recordHeader(padding, PADDING)); // SYNC record-published
    }
    if (flags == SPACED) {
      clearAhead(behind + CACHE_LINE);
    }
    WRITTEN.setOpaque(this, behind);
  }

  /**
   * Makes a header 0 that will be the one behind the next record if that is a short one: its cache
   * line comes while the peer works, and not while it waits.
   */
  private void clearAhead(long position) {
    if (position + RECORD_HEADER_LENGTH - capacity <= read) {
      data.putLong((int) position & mask, 0);
      cleared = position;
    }
  }
}
