// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Where everything lies in a segment: the memory that the two processes of one connection share.
 * All words are in the byte order of the machine, and aligned.
 *
 * <pre>
 *         +----------------------------------------------+
 *       0 |  header                                      |  one line, written before the peer looks
 *         +----------------------------------------------+
 *     128 |  words of ring 0: connector to acceptor      |  three lines
 *         +----------------------------------------------+
 *     512 |  words of ring 1: acceptor to connector      |  three lines
 *         +----------------------------------------------+
 *     896 |  baton                                       |  one line, both sides
 * +----------------------------------------------+
 * 1024 |  not used, 0                                 |
 *         +----------------------------------------------+
 *    4096 |  data of ring 0                              |  capacity bytes
 *         +----------------------------------------------+
 *         |  data of ring 1                              |  capacity bytes
 *         +----------------------------------------------+
 * </pre>
 *
 * <p>A line is 128 bytes, two cache lines, because processors fetch them in pairs: a word that one
 * process writes often never shares a line with a word that the other one looks at; but for the
 * baton, which is one line for both on purpose.
 */
final class SegmentLayout {
  /** Changes whenever a process of the version before would misread a segment. */
  static final int VERSION = 3;

  /** "ipc-shm" and a 0; a process of the other byte order sees another number. */
  static final long MAGIC = 0x006d68732d637069L;

  static final int LINE = 128;

  static final int CACHE_LINE = 64;

  /**
   * The header: 32 bytes, the rest of the line is 0.
   *
   * <pre>
   *   0                   1                   2                   3
   *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   *  +---------------------------------------------------------------+
   *  |                             magic                             |  0
   *  |                                                               |
   *  +---------------------------------------------------------------+
   *  |                            version                            |  8
   *  +---------------------------------------------------------------+
   *  |                       capacity of a ring                      |  12
   *  +---------------------------------------------------------------+
   *  |                             nonce                             |  16
   *  |                                                               |
   *  |                                                               |
   *  |                                                               |
   *  +---------------------------------------------------------------+
   * </pre>
   */
  static final int HEADER_OFFSET = 0;

  static final int MAGIC_OFFSET;
  static final int VERSION_OFFSET;
  static final int CAPACITY_OFFSET;
  static final int NONCE_OFFSET;
  static final int HEADER_LENGTH;

  /**
   * The words of a ring, a line for each.
   *
   * <pre>
   *  +---------------------------------------------------------------+
   *  |  read position: how far the reader needs the data no more     |  0    reader
   *  +---------------------------------------------------------------+
   *  |  reader's bell: a new number for each sleep of the reader     |  128  reader
   *  +---------------------------------------------------------------+
   *  |  writer's bell: a new number for each wait of a sender        |  256  writer
   *  +---------------------------------------------------------------+
   * </pre>
   *
   * <p>The second column says who writes; nobody else does. A position counts bytes since the ring
   * was made, so it never wraps; its place in the data is the position modulo the capacity. There
   * is no write position: the records themselves say where they end.
   */
  static final int WORDS_OFFSET;

  static final int READ_POSITION_OFFSET;
  static final int READER_BELL_OFFSET;
  static final int WRITER_BELL_OFFSET;
  static final int WORDS_LENGTH;

  /**
   * The line of the baton: a header word of two halves, then the message.
   *
   * <pre>
   *   0                   1                   2                   3
   *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   *  +---------------------------------------------------------------+
   *  |               length: of header and message, 8 to 64          |  low half
   *  +---------------------------------------------------------------+
   *  |  turn: one more than the message before; odd: the connector's |  high half
   *  +---------------------------------------------------------------+
   *  |                            message                           ...  8
   *  +---------------------------------------------------------------+
   * </pre>
   */
  static final int BATON_OFFSET;

  static final int BATON_LENGTH = CACHE_LINE;

  static final int DATA_OFFSET = 4096;

  static {
    int offset = HEADER_OFFSET;
    MAGIC_OFFSET = offset;
    offset += Long.BYTES;
    VERSION_OFFSET = offset;
    offset += Integer.BYTES;
    CAPACITY_OFFSET = offset;
    offset += Integer.BYTES;
    NONCE_OFFSET = offset;
    offset += 2 * Long.BYTES;
    HEADER_LENGTH = offset;
    WORDS_OFFSET = HEADER_OFFSET + LINE;

    offset = 0;
    READ_POSITION_OFFSET = offset;
    offset += LINE;
    READER_BELL_OFFSET = offset;
    offset += LINE;
    WRITER_BELL_OFFSET = offset;
    offset += LINE;
    WORDS_LENGTH = offset;
    BATON_OFFSET = WORDS_OFFSET + 2 * WORDS_LENGTH;
  }

  /**
   * A record in the data of a ring: a header word of two halves, then the payload, then filling
   * without meaning up to a multiple of 8, or of a cache line if it is SPACED. The next record
   * begins behind it.
   *
   * <pre>
   *   0                   1                   2                   3
   *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   *  +---------------------------------------------------------------+
   *  |         length: of header and payload, at least 8, or 0       |  low half
   *  +---------------------------------------------------------------+
   *  |             flags: 0, MORE, PADDING or SPACED                 |  high half
   *  +---------------------------------------------------------------+
   *  |                            payload                           ...  8
   *  +---------------------------------------------------------------+
   * </pre>
   *
   * <p>A header of 0 means that nothing is there yet. It is written as one word, last of all, and
   * the header behind it was made 0 before: so a record is seen whole or not at all, and the chain
   * of records always has an end. A record lies in one piece; where the data ends too early for it,
   * a padding record without meaning fills the rest.
   */
  static final int RECORD_HEADER_LENGTH = Long.BYTES;

  static final int RECORD_ALIGNMENT = Long.BYTES;

  /** The flags of a whole message, or of its last part. */
  static final int LAST = 0;

  /** The flags of a part with another part of the same message behind it; it is not empty. */
  static final int MORE = 1;

  /** The flags of a record that fills the data up to its end. */
  static final int PADDING = 2;

  /** The flags of a whole message behind which the next record begins with a cache line. */
  static final int SPACED = 4;

  static final int SMALLEST_CAPACITY = 256;
  static final int LARGEST_CAPACITY = 1 << 29;

  private SegmentLayout() {}

  /** The length of a segment in bytes. */
  static int segmentLength(int capacity) {
    return DATA_OFFSET + 2 * checkCapacity(capacity);
  }

  /**
   * The longest payload of one record, in bytes: a quarter of the ring for the record, so that the
   * sides work at the same time, and an empty ring always has room behind any padding.
   */
  static int largestPayload(int capacity) {
    return capacity / 4 - RECORD_HEADER_LENGTH;
  }

  /** How many bytes of the ring a record with this payload takes. */
  static int recordLength(int payload) {
    return align(RECORD_HEADER_LENGTH + payload);
  }

  static int align(int length) {
    return align(length, RECORD_ALIGNMENT);
  }

  /** The index behind a record that begins at this one; the end of the data for the last one. */
  static int indexBehind(int index, int length, int flags) {
    return align(index + length, flags == SPACED ? CACHE_LINE : RECORD_ALIGNMENT);
  }

  private static int align(int length, int alignment) {
    return (length + (alignment - 1)) & -alignment;
  }

  /** The header word of a record. */
  static long recordHeader(int length, int flags) {
    return header(length, flags);
  }

  static int length(long recordHeader) {
    return (int) recordHeader;
  }

  static int flags(long recordHeader) {
    return highHalf(recordHeader);
  }

  /** The header word of the baton. */
  static long batonHeader(int length, int turn) {
    return header(length, turn);
  }

  static int turn(long batonHeader) {
    return highHalf(batonHeader);
  }

  private static long header(int lowHalf, int highHalf) {
    return (long) highHalf << Integer.SIZE | lowHalf;
  }

  private static int highHalf(long header) {
    return (int) (header >>> Integer.SIZE);
  }

  /** Whether a ring can have this capacity: a power of two within bounds. */
  static boolean isCapacity(int capacity) {
    return capacity >= SMALLEST_CAPACITY
        && capacity <= LARGEST_CAPACITY
        && Integer.bitCount(capacity) == 1;
  }

  static int checkCapacity(int capacity) {
    if (!isCapacity(capacity)) {
      throw new IllegalArgumentException(
          String.format(
              "not the capacity of a ring: capacity=%d, take a power of two from %d to %d",
              capacity, SMALLEST_CAPACITY, LARGEST_CAPACITY));
    }
    return capacity;
  }

  /**
   * One of the two rings of a segment.
   *
   * @param segment whole, its position and limit do not matter; direct
   * @param number 0 from the connector to the acceptor, 1 back
   */
  static Ring ring(ByteBuffer segment, int capacity, int number) {
    int words = WORDS_OFFSET + number * WORDS_LENGTH;
    int data = DATA_OFFSET + number * checkCapacity(capacity);
    return new Ring(
        Buffers.over(slice(segment, words, WORDS_LENGTH)),
        Buffers.over(slice(segment, data, capacity)));
  }

  /** The line that both sides write. */
  static AtomicBuffer baton(ByteBuffer segment) {
    return Buffers.over(slice(segment, BATON_OFFSET, BATON_LENGTH));
  }

  private static ByteBuffer slice(ByteBuffer segment, int offset, int length) {
    return segment.duplicate().clear().slice(offset, length);
  }
}
