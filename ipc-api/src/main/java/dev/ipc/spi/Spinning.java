// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.WaitStrategy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The process's permission to spin: at most half of its processors, at least one thread. A spinner
 * asks for it before, gives it back after, and does not spin without it.
 */
public final class Spinning {
  /**
   * Whether this process has a single processor, so that a spinner keeps its own peers from
   * running.
   */
  public static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

  /** The longest look without permission, in nanoseconds. */
  private static final long BRIEF_NANOS = 100_000;

  private static final int CHECK_EVERY = 64;
  private static final AtomicInteger FREE =
      new AtomicInteger(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  private Spinning() {}

  /**
   * Asks to spin.
   *
   * @return whether the caller may; it then calls {@link #leave}
   */
  public static boolean enter() {
    int free = FREE.get();
    while (free > 0) {
      if (FREE.compareAndSet(free, free - 1)) {
        return true;
      }
      free = FREE.get();
    }
    return false;
  }

  /** Gives the permission back. */
  public static void leave() {
    FREE.incrementAndGet();
  }

  /**
   * Spins until the condition holds, as long as the strategy and the process allow.
   *
   * @param condition cheap to ask
   * @param strategy how long
   * @param deadline when to give up, see {@link Deadline}
   * @return whether the condition held
   */
  public static boolean await(BooleanSupplier condition, WaitStrategy strategy, long deadline) {
    return await(condition, strategy, deadline, 1);
  }

  /**
   * The same for a condition that another process makes true, so that threads of this one need not
   * run for it: a single processor is yielded only now and then.
   */
  static boolean await(
      BooleanSupplier condition, WaitStrategy strategy, long deadline, int looksPerYield) {
    if (condition.getAsBoolean()) {
      return true;
    }
    long spin = Math.min(strategy.spinNanos(), Deadline.left(deadline));
    if (spin <= 0 || !enter()) {
      return false;
    }
    try {
      return look(condition, spin, looksPerYield);
    } finally {
      leave();
    }
  }

  /**
   * Looks for a moment for what a thread in the middle of its work waits for, so that no permission
   * is asked for: room, where another process makes it.
   *
   * @param condition what the looks are for
   * @param strategy how long to look, 100 µs at most
   * @param looksPerYield after how many looks a single processor is yielded
   * @return whether the condition held
   */
  public static boolean awaitBriefly(
      BooleanSupplier condition, WaitStrategy strategy, int looksPerYield) {
    long spin = Math.min(strategy.spinNanos(), BRIEF_NANOS);
    if (spin <= 0) {
      return condition.getAsBoolean();
    }
    return look(condition, spin, looksPerYield);
  }

  private static boolean look(BooleanSupplier condition, long spin, int looksPerYield) {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < CHECK_EVERY; i++) {
        if (condition.getAsBoolean()) {
          return true;
        }
        if (ALONE && (i + 1) % looksPerYield == 0) {
          yieldProcessor();
        } else {
          Thread.onSpinWait();
        }
      }
    } while (System.nanoTime() - start < spin && !Thread.currentThread().isInterrupted());
    return false;
  }

  /** One step of a spin: lets the other threads of a single processor run. */
  public static void relax() {
    if (ALONE) {
      yieldProcessor();
    } else {
      Thread.onSpinWait();
    }
  }

  /** Lets another thread run that waits for this processor. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint for speed; nothing depends on it
  public static void yieldProcessor() {
    Thread.yield();
  }
}
