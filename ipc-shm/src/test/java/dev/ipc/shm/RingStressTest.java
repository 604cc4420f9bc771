// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two threads at a ring, as fast as they can: nothing is lost, changed, repeated or out of order.
 */
class RingStressTest {
  private static final int MESSAGES = 1_000_000 * Integer.getInteger("ipc.scale", 1);
  private static final int CAPACITY = 8192;

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyMessageArrivesOnceAndInOrder(Rings.Kind kind) throws InterruptedException {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("RingStressTest: -Dipc.seed=" + seed);
    Ring ring = kind.ring(CAPACITY);
    CRC32 sent = new CRC32();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread sender = new Thread(() -> send(Rings.writer(ring), new Random(seed), sent), "sender");
    sender.setUncaughtExceptionHandler((thread, error) -> failure.set(error));
    sender.start();
    CRC32 received = new CRC32();
    long count = receive(Rings.reader(ring), sender, received);
    sender.join();
    assertNull(failure.get());
    assertEquals(MESSAGES, count);
    assertEquals(sent.getValue(), received.getValue());
  }

  private static void send(RingWriter writer, Random random, CRC32 sent) {
    byte[] bytes = new byte[writer.largestRecord()];
    random.nextBytes(bytes);
    for (int i = 0; i < MESSAGES; i++) {
      int length = random.nextInt(i % 64 == 0 ? bytes.length + 1 : 60);
      int from = random.nextInt(bytes.length - length + 1);
      ByteBuffer message = ByteBuffer.wrap(bytes, from, length);
      boolean inPlace = i % 8 == 0;
      int flags = random.nextInt(4) == 0 ? SPACED : LAST;
      while (!(inPlace
          ? writer.offer(length, flags, buffer -> buffer.put(message.duplicate()))
          : writer.offer(message, flags))) {
        Thread.onSpinWait();
      }
      sent.update(length);
      sent.update(bytes, from, length);
    }
  }

  private static long receive(RingReader reader, Thread sender, CRC32 received) {
    PartHandler handler =
        (part, flags) -> {
          received.update(part.remaining());
          received.update(part);
        };
    long count = 0;
    while (sender.isAlive() || !reader.isEmpty()) {
      int taken = reader.take(handler, 100);
      count += taken;
      if (taken == 0) {
        Thread.onSpinWait();
      }
    }
    return count;
  }
}
