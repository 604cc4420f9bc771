// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Threads that sleep until a condition holds. Whoever makes the condition true calls {@link #wake}
 * afterwards; no wake-up is lost, because a sleeper enlists before it looks again. No monitor is
 * held while sleeping, so virtual threads are not pinned.
 */
public final class WaitList {
  private static final LongSupplier UNTIL_WOKEN = () -> Long.MAX_VALUE;
  private static final VarHandle FIRST =
      Fields.handle(MethodHandles.lookup(), WaitList.class, "first", Thread.class);

  /** The usual single sleeper needs no node. */
  private volatile Thread first;

  private final Queue<Thread> others = new ConcurrentLinkedQueue<>();

  /** Makes an empty list. */
  public WaitList() {}

  /**
   * Sleeps until the condition holds.
   *
   * @param condition asked often and by this thread only
   * @param deadline when to give up, see {@link Deadline}
   * @return whether the condition held in time
   * @throws InterruptedException if the thread is or gets interrupted before the condition holds
   */
  public boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
    return await(condition, deadline, UNTIL_WOKEN);
  }

  /**
   * Sleeps until the condition holds, where somebody outside this process makes it true.
   *
   * @param condition asked often and by this thread only
   * @param deadline when to give up, see {@link Deadline}
   * @param announcement called before each last look at the condition: tells the other side that we
   *     are about to sleep, and returns how long this sleep may last in case it was not heard, in
   *     nanoseconds
   * @return whether the condition held in time
   * @throws InterruptedException if the thread is or gets interrupted before the condition holds
   */
  public boolean await(BooleanSupplier condition, long deadline, LongSupplier announcement)
      throws InterruptedException {
    if (condition.getAsBoolean()) {
      return true;
    }
    enlist();
    try {
      while (true) {
        long nap = announcement.getAsLong();
        if (condition.getAsBoolean()) {
          return true;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        long left = Deadline.left(deadline);
        if (left <= 0) {
          return false;
        }
        LockSupport.parkNanos(this, Math.min(left, nap));
      }
    } finally {
      delist();
    }
  }

  /**
   * Sleeps until the condition holds and keeps an interrupt for later.
   *
   * @param condition asked often and by this thread only
   * @param deadline when to give up, see {@link Deadline}
   * @return whether the condition held in time
   */
  public boolean awaitUninterruptibly(BooleanSupplier condition, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return await(condition, deadline);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Lets the sleepers look at their condition again.
   *
   * @return whether there was a sleeper
   */
  public boolean wake() {
    VarHandle.fullFence(); // SYNC condition-sleeper: the condition before the look at the list
    Thread sleeper = first;
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    }
    if (others.isEmpty()) {
      return sleeper != null;
    }
    others.forEach(LockSupport::unpark);
    return true;
  }

  private void enlist() {
    Thread self = Thread.currentThread();
    if (!FIRST.compareAndSet(this, null, self)) {
      others.add(self);
    }
    VarHandle.fullFence(); // SYNC condition-sleeper: the entry before the look at the condition
  }

  private void delist() {
    Thread self = Thread.currentThread();
    if (first == self) {
      first = null;
    } else {
      others.remove(self);
    }
  }
}
