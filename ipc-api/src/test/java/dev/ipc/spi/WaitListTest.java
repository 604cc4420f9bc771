// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** No wake-up is lost, whoever comes first. */
class WaitListTest {
  private static final int CYCLES = 100_000 * Integer.getInteger("ipc.scale", 1);
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void aHundredThousandTurnsOfTwo() throws Exception {
    WaitList list = new WaitList();
    AtomicInteger turn = new AtomicInteger();
    CompletableFuture<Boolean> other =
        CompletableFuture.supplyAsync(() -> play(list, turn, 1), task -> new Thread(task).start());
    assertTrue(play(list, turn, 0));
    assertTrue(other.get(30, TimeUnit.SECONDS));
  }

  private static boolean play(WaitList list, AtomicInteger turn, int parity) {
    for (int i = 0; i < CYCLES / 2; i++) {
      try {
        if (!list.await(() -> turn.get() % 2 == parity, Deadline.after(LONG))) {
          return false;
        }
      } catch (InterruptedException e) {
        return false;
      }
      turn.incrementAndGet();
      list.wake();
    }
    return true;
  }

  @Test
  void oneWakeReachesAllSleepers() throws Exception {
    WaitList list = new WaitList();
    AtomicInteger asleep = new AtomicInteger();
    for (int round = 0; round < 200; round++) {
      AtomicBoolean go = new AtomicBoolean();
      asleep.set(0);
      List<CompletableFuture<Boolean>> sleepers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        sleepers.add(
            CompletableFuture.supplyAsync(
                () -> {
                  AtomicBoolean counted = new AtomicBoolean();
                  return list.awaitUninterruptibly(
                      () -> {
                        if (counted.compareAndSet(false, true)) {
                          asleep.incrementAndGet();
                        }
                        return go.get();
                      },
                      Deadline.after(LONG));
                },
                task -> new Thread(task).start()));
      }
      while (asleep.get() < 5) {
        Thread.onSpinWait();
      }
      go.set(true);
      list.wake();
      for (CompletableFuture<Boolean> sleeper : sleepers) {
        assertTrue(sleeper.get(10, TimeUnit.SECONDS));
      }
      assertFalse(list.wake(), "nobody is left");
    }
  }

  @Test
  void anInterruptEndsTheWaitAndADeadlineToo() throws Exception {
    WaitList list = new WaitList();
    assertFalse(list.await(() -> false, Deadline.after(Duration.ofMillis(20))));
    assertFalse(list.await(() -> false, Deadline.after(Duration.ofSeconds(-5))));
    assertTrue(list.await(() -> true, Deadline.after(Duration.ZERO)));
    Thread.currentThread().interrupt();
    assertTrue(list.await(() -> true, Deadline.after(LONG)), "what holds already wins");
    assertThrows(InterruptedException.class, () -> list.await(() -> false, Deadline.after(LONG)));
    assertFalse(Thread.currentThread().isInterrupted());
    assertFalse(list.wake(), "an interrupted sleeper is off the list");
  }

  @Test
  void anInterruptIsKeptForLater() {
    WaitList list = new WaitList();
    Thread.currentThread().interrupt();
    assertFalse(list.awaitUninterruptibly(() -> false, Deadline.after(Duration.ofMillis(50))));
    assertTrue(Thread.interrupted());
  }

  @Test
  void deadlinesDoNotOverflow() {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    assertTrue(Deadline.left(Deadline.after(longest)) > TimeUnit.DAYS.toNanos(365));
    assertTrue(Deadline.left(Deadline.after(longest)) > 0);
    assertTrue(Deadline.left(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE))) <= 0);
    assertTrue(Deadline.left(Deadline.after(Duration.ofNanos(-1))) <= 0);
    assertEquals(0, Deadline.nanos(Duration.ofSeconds(-7)));
    assertEquals(1_500_000_000L, Deadline.nanos(Duration.ofMillis(1500)));
    assertTrue(Deadline.nanos(Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000L)) > 0);
  }
}
