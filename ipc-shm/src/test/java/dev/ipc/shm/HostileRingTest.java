// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static dev.ipc.shm.SegmentLayout.READER_BELL_OFFSET;
import static dev.ipc.shm.SegmentLayout.READ_POSITION_OFFSET;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static dev.ipc.shm.SegmentLayout.WRITER_BELL_OFFSET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.CloseReason;
import dev.ipc.spi.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer that writes anything anywhere, at rest and while we look: every access stays within the
 * ring, and all that comes of it is a violation, or messages that the peer could as well have sent.
 */
@Tag("portable")
@Timeout(
    value = 600,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // millions of short stack traces
class HostileRingTest {
  private static final int STATES = states(10_000_000);
  private static final int CAPACITY = 256;
  private static final int LARGEST = 56;

  private static int states(int compiled) {
    boolean interpreted = System.getProperty("java.vm.info", "").contains("interpreted");
    return (interpreted ? compiled / 100 : compiled) * Integer.getInteger("ipc.scale", 1);
  }

  private static long seed() {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("HostileRingTest: -Dipc.seed=" + seed);
    return seed;
  }

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readAtRest(Rings.Kind kind) {
    Random random = new Random(seed());
    Ring ring = kind.ring(CAPACITY);
    RingReader reader = Rings.reader(ring);
    int violations = 0;
    for (int state = 0; state < STATES; state++) {
      Scribbler.scribble(ring, random);
      int limit = 1 + random.nextInt(8);
      try {
        int[] taken = {0};
        int reported =
            reader.take(
                (part, flags) -> {
                  taken[0]++;
                  check(part, flags);
                },
                limit);
        assertEquals(taken[0], reported);
        assertTrue(reported <= limit);
      } catch (ProtocolViolation e) {
        violations++;
        assertEquals(CloseReason.PROTOCOL_ERROR, e.reason());
        ring.data().putLongOpaque(0, 0);
        reader = Rings.reader(ring);
      }
      reader.isEmpty();
    }
    assertTrue(violations > STATES / 100, "violations=" + violations);
    assertTrue(violations < STATES / 2, "violations=" + violations);
  }

  /** Reads all of it: a view that is too long would fail here, or end the process. */
  private static void check(ByteBuffer part, int flags) {
    assertTrue(flags == LAST || (flags == MORE && part.hasRemaining()));
    assertTrue(part.remaining() <= LARGEST);
    assertTrue(part.limit() <= CAPACITY);
    while (part.hasRemaining()) {
      part.get();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void writeAtRest(Rings.Kind kind) {
    Random random = new Random(seed());
    Ring ring = kind.ring(CAPACITY);
    RingWriter writer = Rings.writer(ring);
    ByteBuffer message = ByteBuffer.allocate(LARGEST);
    int violations = 0;
    for (int state = 0; state < STATES; state++) {
      if (random.nextInt(8) == 0) {
        ring.words().putLongOpaque(READ_POSITION_OFFSET, Scribbler.position(random));
      }
      message.limit(random.nextInt(LARGEST + 1));
      try {
        writer.hasRoom(message.limit());
        if (!writer.offer(message, random.nextBoolean() ? LAST : SPACED)
            || random.nextInt(64) == 0) {
          writer = renew(ring);
        }
      } catch (ProtocolViolation e) {
        violations++;
        writer = renew(ring);
      }
    }
    assertTrue(violations > STATES / 100, "violations=" + violations);
  }

  private static RingWriter renew(Ring ring) {
    ring.words().putLongOpaque(READ_POSITION_OFFSET, 0);
    return Rings.writer(ring);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyImpossiblePositionIsAViolation(Rings.Kind kind) {
    for (long position : new long[] {-8, -1, 1, 4, 44, 222, 232, 256, Long.MAX_VALUE}) {
      Ring ring = kind.ring(CAPACITY);
      RingWriter writer = Rings.writer(ring);
      while (writer.offer(ByteBuffer.allocate(24), LAST)) {
        // Until it is full.
      }
      ring.words().putLongOpaque(READ_POSITION_OFFSET, position);
      assertThrows(
          ProtocolViolation.class,
          () -> writer.offer(ByteBuffer.allocate(24), LAST),
          () -> "position=" + position);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReaderThatGoesBackIsAViolation(Rings.Kind kind) {
    Ring ring = kind.ring(CAPACITY);
    RingWriter writer = Rings.writer(ring);
    while (writer.offer(ByteBuffer.allocate(24), LAST)) {
      // Until it is full.
    }
    ring.words().putLongOpaque(READ_POSITION_OFFSET, 64);
    while (writer.offer(ByteBuffer.allocate(24), LAST)) {
      // Until it is full again.
    }
    ring.words().putLongOpaque(READ_POSITION_OFFSET, 32);
    assertThrows(ProtocolViolation.class, () -> writer.offer(ByteBuffer.allocate(24), LAST));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyImpossibleHeaderIsAViolation(Rings.Kind kind) {
    for (int length : Scribbler.HALVES) {
      for (int flags : Scribbler.HALVES) {
        Ring ring = kind.ring(CAPACITY);
        long header = SegmentLayout.recordHeader(length, flags);
        ring.data().putLongOpaque(0, header);
        RingReader reader = Rings.reader(ring);
        boolean whole = (flags == LAST || flags == SPACED) && length >= 8 && length <= 64;
        boolean part = flags == MORE && length > 8 && length <= 64;
        if (header == 0) {
          assertTrue(reader.isEmpty());
        } else if (whole || part) {
          assertEquals(1, reader.take(HostileRingTest::check, 1));
        } else {
          assertThrows(
              ProtocolViolation.class,
              () -> reader.take((view, seen) -> assertFalse(true), 1),
              () -> "length=" + length + ", flags=" + flags);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void bellsThatRingForEverDoNotStopUs(Rings.Kind kind) {
    Ring ring = kind.ring(CAPACITY);
    RingWriter writer = Rings.writer(ring);
    RingReader reader = Rings.reader(ring);
    for (long bell : Scribbler.POSITIONS) {
      ring.words().putLongOpaque(READER_BELL_OFFSET, bell);
      ring.words().putLongOpaque(WRITER_BELL_OFFSET, bell);
      assertEquals(bell != 0, writer.bellWanted());
      assertEquals(bell != 0, reader.bellWanted());
      assertFalse(writer.bellWanted() || reader.bellWanted());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whileWeLook(Rings.Kind kind) throws InterruptedException {
    long seed = seed();
    Ring ring = kind.ring(CAPACITY);
    AtomicBoolean done = new AtomicBoolean();
    Random random = new Random(seed);
    Thread peer =
        new Thread(() -> Scribbler.until(done, () -> Scribbler.scribble(ring, random)), "hostile");
    peer.start();
    try {
      RingReader reader = Rings.reader(ring);
      RingWriter writer = Rings.writer(ring);
      ByteBuffer message = ByteBuffer.allocate(24);
      for (int i = 0; i < STATES / 10; i++) {
        try {
          reader.take(HostileRingTest::check, 4);
        } catch (ProtocolViolation e) {
          ring.data().putLongOpaque(0, 0);
          reader = Rings.reader(ring);
        }
        try {
          writer.hasRoom(24);
          writer.offer(message, LAST);
        } catch (ProtocolViolation e) {
          writer = Rings.writer(ring);
        }
      }
    } finally {
      done.set(true);
      peer.join();
    }
  }
}
