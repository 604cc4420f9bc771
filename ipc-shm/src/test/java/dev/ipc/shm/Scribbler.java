// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.BATON_LENGTH;
import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static dev.ipc.shm.SegmentLayout.WORDS_LENGTH;

import dev.ipc.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.AtomicBuffer;

/** Writes anything anywhere into a ring: values that are nearly right, and any others. */
final class Scribbler {
  /** How often a hostile peer connects; each time it is listened to for another second. */
  static final int CONNECTIONS = 3;

  static final int[] HALVES = {
    0,
    1,
    2,
    3,
    7,
    8,
    9,
    15,
    16,
    56,
    63,
    64,
    65,
    72,
    248,
    255,
    256,
    257,
    264,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE - 7,
    Integer.MIN_VALUE,
    Integer.MIN_VALUE + 8,
    -1,
    -8,
    -9
  };
  static final long[] POSITIONS = {
    0,
    1,
    7,
    8,
    9,
    248,
    255,
    256,
    257,
    264,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 7,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 8,
    -1,
    -8,
    -256,
    -264,
    1L << 32,
    -1L << 32
  };

  private Scribbler() {}

  private static long header(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> SegmentLayout.recordHeader(random.nextInt(), random.nextInt(8));
      case 2, 3 -> SegmentLayout.recordHeader(pick(random), pick(random));
      case 4 -> SegmentLayout.recordHeader(8 + random.nextInt(60), MORE);
      case 5 -> SegmentLayout.recordHeader(8 + random.nextInt(60), SPACED);
      default -> SegmentLayout.recordHeader(8 + random.nextInt(60), LAST);
    };
  }

  private static int pick(Random random) {
    return HALVES[random.nextInt(HALVES.length)];
  }

  static long position(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(1 << 12);
      default -> POSITIONS[random.nextInt(POSITIONS.length)];
    };
  }

  /** Any word of the ring, data and words alike, gets another value. */
  static void scribble(Ring ring, Random random) {
    if (random.nextInt(4) == 0) {
      ring.words().putLongOpaque(8 * random.nextInt(WORDS_LENGTH / 8), position(random));
    } else {
      ring.data().putLongOpaque(8 * random.nextInt(ring.data().capacity() / 8), header(random));
    }
  }

  /** Any word of the line of the baton gets another value. */
  static void scribbleLine(AtomicBuffer line, Random random) {
    if (random.nextInt(4) == 0) {
      line.putLongOpaque(8 * random.nextInt(BATON_LENGTH / 8), random.nextLong());
    } else {
      line.putLongOpaque(0, (long) random.nextInt(4) << Integer.SIZE | random.nextInt(80));
    }
  }

  /** Scribbles again and again. */
  static void until(AtomicBoolean done, Runnable scribble) {
    while (!done.get()) {
      for (int i = 0; i < 100; i++) {
        scribble.run();
      }
    }
  }

  /** Maps a file that holds a ring and scribbles until the parent of this process ends. */
  static void overFile(Path path, long seed) throws IOException {
    Random random = new Random(seed);
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Ring ring = ring(Mapping.of(file, (int) file.size()).buffer());
      ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
      System.out.println("ready");
      while (parent.isAlive()) {
        for (int i = 0; i < 100_000; i++) {
          scribble(ring, random);
        }
      }
    }
  }

  /** The ring in such a file: first its words, then its data. */
  static Ring ring(ByteBuffer memory) {
    return new Ring(
        Buffers.over(memory.slice(0, WORDS_LENGTH)),
        Buffers.over(memory.slice(WORDS_LENGTH, memory.capacity() - WORDS_LENGTH)));
  }

  /** Connects and scribbles over all of its segment until the peer hangs up; again and again. */
  static void asPeer(Endpoint endpoint, long seed) throws IOException {
    Random random = new Random(seed);
    System.out.println("ready");
    for (int i = 0; i < CONNECTIONS; i++) {
      try (RawClient client = new RawClient(endpoint, RingOption.of(endpoint))) {
        int capacity = client.capacity();
        Path path = Path.of(client.segment().path());
        ByteBuffer memory;
        try (FileChannel file =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          memory = Mapping.of(file, SegmentLayout.segmentLength(capacity)).buffer();
        }
        Ring out = SegmentLayout.ring(memory, capacity, 0);
        Ring in = SegmentLayout.ring(memory, capacity, 1);
        AtomicBuffer line = SegmentLayout.baton(memory);
        do {
          for (int j = 0; j < 1000; j++) {
            scribble(j % 2 == 0 ? out : in, random);
            scribbleLine(line, random);
          }
        } while (client.rings());
      }
    }
  }
}
