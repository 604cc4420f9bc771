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
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who may send, and who may spin. */
class SendLockTest {
  private static final int ROUNDS = 50_000 * Integer.getInteger("ipc.scale", 1);

  private long guarded;

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
    assertEquals(8L * ROUNDS, guarded);
  }

  /** The bias is taken away while its thread goes in and out as fast as it can. */
  @Test
  void nobodyIsInsideBesideTheFavouredThread() throws Exception {
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS / 100; round++) {
      SendLock lock = new SendLock(3);
      AtomicBoolean done = new AtomicBoolean();
      long[] counts = {0, 0};
      Thread favoured = new Thread(() -> counts[0] = count(lock, done));
      guarded = 0;
      favoured.start();
      while (!lock.favours(favoured)) {
        Thread.onSpinWait();
      }
      for (int spin = random.nextInt(2000); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < 100; i++) {
        if (i % 2 == 0) {
          lock.lock();
        } else if (!lock.tryLock()) {
          continue;
        }
        guarded++;
        counts[1]++;
        lock.unlock();
      }
      done.set(true);
      favoured.join();
      assertEquals(counts[0] + counts[1], guarded);
    }
  }

  private long count(SendLock lock, AtomicBoolean done) {
    long count = 0;
    while (!done.get()) {
      lock.lock();
      guarded++;
      count++;
      lock.unlock();
    }
    return count;
  }

  @Test
  void aThreadIsFavouredAfterARunAndUntilAnotherOneComes() throws Exception {
    SendLock lock = new SendLock(3);
    Thread self = Thread.currentThread();
    for (int i = 0; i < 3; i++) {
      assertFalse(lock.favours(self));
      lock.lock();
      assertThrows(IllegalStateException.class, lock::lock, "nested");
      lock.unlock();
    }
    assertTrue(lock.favours(self));
    lock.lock();
    assertThrows(IllegalStateException.class, lock::lock, "nested");
    assertTrue(lock.isMine());
    assertFalse(lock.isFree());
    lock.unlock();
    assertFalse(lock.favours(self));
    Thread other =
        new Thread(
            () -> {
              lock.lock();
              lock.unlock();
            });
    other.start();
    other.join();
    assertTrue(lock.isFree());
    for (int i = 0; i < 3; i++) {
      lock.lock();
      lock.unlock();
    }
    assertFalse(lock.favours(self), "the next bias is harder to get");
  }

  @Test
  void aBiasThatLastedDoesNotMakeTheNextHarder() {
    SendLock lock = new SendLock(3);
    Thread self = Thread.currentThread();
    for (int bias = 0; bias < 5; bias++) {
      for (int i = 0; i < 3; i++) {
        assertFalse(lock.favours(self));
        lock.lock();
        lock.unlock();
      }
      assertTrue(lock.favours(self));
      long since = System.nanoTime();
      while (System.nanoTime() - since <= SendLock.WORTH_NANOS) {
        lock.lock();
        lock.unlock();
      }
      assertTrue(lock.tryLock()); // takes it away
      lock.unlock();
    }
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
