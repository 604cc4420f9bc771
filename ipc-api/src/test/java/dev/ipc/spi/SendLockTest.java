// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.WaitStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who may send, and who may spin. */
class SendLockTest {
  private static final int ROUNDS = 50_000 * Integer.getInteger("ipc.scale", 1);

  private int guarded;

  @Test
  void eightThreadsOneAtATime() throws Exception {
    SendLock lock = new SendLock();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  lock.lock();
                  guarded++;
                  lock.unlock();
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(8 * ROUNDS, guarded);
  }

  @Test
  void nestedIsRefusedAndKeepsTheLock() {
    SendLock lock = new SendLock();
    lock.lock();
    assertThrows(IllegalStateException.class, lock::lock);
    assertTrue(lock.isMine());
    assertFalse(lock.tryLock());
    lock.unlock();
    assertFalse(lock.isMine());
    assertTrue(lock.tryLock());
    lock.unlock();
  }

  @Test
  void halfOfTheProcessorsMaySpin() throws Exception {
    int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    AtomicInteger spinning = new AtomicInteger();
    AtomicInteger peak = new AtomicInteger();
    AtomicInteger granted = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int i = 0; i < 20_000; i++) {
                  if (Spinning.enter()) {
                    granted.incrementAndGet();
                    peak.accumulateAndGet(spinning.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    spinning.decrementAndGet();
                    Spinning.leave();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(granted.get() > 0);
    assertTrue(peak.get() <= most, "peak=" + peak);
    List<Boolean> left = new ArrayList<>();
    for (int i = 0; i <= most; i++) {
      left.add(Spinning.enter());
    }
    assertEquals(most, left.stream().filter(got -> got).count(), "all permissions came back");
    left.stream().filter(got -> got).forEach(got -> Spinning.leave());
  }

  @Test
  void aSpinIsBoundedAndGivesItsPermissionBack() {
    long far = Deadline.after(Duration.ofSeconds(20));
    assertFalse(Spinning.await(() -> false, WaitStrategy.sleeping(), far));
    long start = System.nanoTime();
    assertFalse(Spinning.await(() -> false, WaitStrategy.adaptive(), far));
    assertFalse(
        Spinning.await(() -> false, WaitStrategy.spinning(), Deadline.after(Duration.ofMillis(5))));
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
    assertTrue(Spinning.await(() -> true, WaitStrategy.sleeping(), far));
    Thread.currentThread().interrupt();
    assertFalse(Spinning.await(() -> false, WaitStrategy.spinning(), far), "an interrupt ends it");
    assertTrue(Thread.interrupted());
    assertTrue(Spinning.enter());
    Spinning.leave();
  }
}
