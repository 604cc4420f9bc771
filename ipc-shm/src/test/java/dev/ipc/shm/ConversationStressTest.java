// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two sides, each with a thread that sends and one that receives, through small rings and with the
 * baton, as fast as they can: nothing is lost, changed, repeated or out of order.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConversationStressTest {
  private static final int MESSAGES = 200_000 * Integer.getInteger("ipc.scale", 1);
  private static final int CAPACITY = 256;
  private static final int[] LENGTHS = {4, 4, 32, 56, 56, 56};

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean passed = new AtomicBoolean();

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyMessageArrivesOnceAndInOrder(Rings.Kind kind) throws InterruptedException {
    Ring there = kind.ring(CAPACITY);
    Ring back = kind.ring(CAPACITY);
    AtomicBuffer line = kind.line();
    Baton first = Baton.first(line);
    Baton second = Baton.second(line);
    List<Thread> threads = new ArrayList<>();
    threads.add(new Thread(() -> send(new RingWriter(there, first))));
    threads.add(new Thread(() -> send(new RingWriter(back, second))));
    threads.add(new Thread(() -> receive(new RingReader(there, second))));
    threads.add(new Thread(() -> receive(new RingReader(back, first))));
    for (Thread thread : threads) {
      thread.setUncaughtExceptionHandler((failed, error) -> failure.compareAndSet(null, error));
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get());
    assertTrue(passed.get(), "the baton was never passed");
  }

  private void send(RingWriter writer) {
    Random random = new Random();
    for (int number = 0; number < MESSAGES; number++) {
      ByteBuffer message = ByteBuffer.allocate(LENGTHS[random.nextInt(LENGTHS.length)]);
      for (int i = 0; i < message.capacity(); i += 4) {
        message.putInt(i, number);
      }
      while (!passes(writer, message) && !writer.offer(message, LAST)) {
        if (failure.get() != null) {
          return;
        }
        Thread.yield();
      }
    }
  }

  private boolean passes(RingWriter writer, ByteBuffer message) {
    boolean done = writer.pass(message, true);
    if (done) {
      passed.setOpaque(true);
    }
    return done;
  }

  private void receive(RingReader reader) {
    int[] received = {0};
    while (received[0] < MESSAGES && failure.get() == null) {
      int taken =
          reader.take(
              (part, flags) -> {
                for (int i = part.position(); i < part.limit(); i += 4) {
                  assertEquals(received[0], part.getInt(i));
                }
                received[0]++;
              },
              100);
      if (taken == 0) {
        Thread.yield();
      }
    }
  }
}
