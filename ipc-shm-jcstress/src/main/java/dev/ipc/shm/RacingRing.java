// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.AtomicBuffer;

/** A new ring for each race, out of one large piece of memory: races are many and short. */
class RacingRing {
  static final int CAPACITY = 256;
  static final int LENGTH = 24;

  private static final int SIZE = 1024;
  private static final int BATON = SIZE - SegmentLayout.CACHE_LINE;
  private static final int RINGS = 1 << 16;
  private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(RINGS * SIZE);
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(SIZE);
  private static final AtomicInteger NEXT = new AtomicInteger();

  final RingWriter writer;
  final RingReader reader;
  private final ByteBuffer message = ByteBuffer.allocate(LENGTH);
  private long seen;

  RacingRing() {
    int start = (NEXT.getAndIncrement() & (RINGS - 1)) * SIZE;
    MEMORY.put(start, ZEROS, 0, SIZE);
    Ring ring =
        new Ring(
            Buffers.over(MEMORY.slice(start, SegmentLayout.WORDS_LENGTH)),
            Buffers.over(MEMORY.slice(start + SegmentLayout.WORDS_LENGTH, CAPACITY)));
    AtomicBuffer line = Buffers.over(MEMORY.slice(start + BATON, SegmentLayout.BATON_LENGTH));
    writer = new RingWriter(ring, Baton.first(line));
    reader = new RingReader(ring, Baton.second(line));
  }

  /** Sends one message that consists of this number three times. */
  final boolean send(long number) {
    return send(number, SegmentLayout.LAST);
  }

  final boolean send(long number, int flags) {
    return writer.offer(message(number), flags);
  }

  /** Sends one with the baton. */
  final boolean pass(long number) {
    return writer.pass(message(number), true);
  }

  private ByteBuffer message(long number) {
    return message.putLong(0, number).putLong(8, number).putLong(16, number);
  }

  /** What one look finds: 0 for nothing, the number, or -1 for a torn message. */
  final long look() {
    seen = 0;
    reader.take(
        (part, flags) -> {
          long first = part.getLong();
          boolean whole =
              part.getLong() == first && part.getLong() == first && !part.hasRemaining();
          seen = whole ? first : -1;
        },
        1);
    return seen;
  }
}
