// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.util.PriorityQueue;

/** What is to be done later. For one thread. */
final class Timers {
  private final PriorityQueue<Timer> pending = new PriorityQueue<>();

  /** Something to be done at a time, unless it is cancelled. */
  static final class Timer implements Comparable<Timer> {
    private final long due;
    private Runnable task;

    private Timer(long due, Runnable task) {
      this.due = due;
      this.task = task;
    }

    /** Forgets the task; what it holds is free at once. */
    void cancel() {
      task = null;
    }

    @Override
    public int compareTo(Timer other) {
      return Long.signum(due - other.due);
    }
  }

  /** Adds a task that is due in so many nanoseconds. */
  Timer add(Runnable task, long nanos) {
    Timer timer = new Timer(System.nanoTime() + nanos, task);
    pending.add(timer);
    return timer;
  }

  /** The next task that is due, or null. */
  Runnable next(long now) {
    forgetCancelled();
    Timer first = pending.peek();
    if (first == null || first.due - now > 0) {
      return null;
    }
    return pending.remove().task;
  }

  /** How long it is until the next one, in nanoseconds; the largest number if there is none. */
  long left(long now) {
    forgetCancelled();
    Timer first = pending.peek();
    return first == null ? Long.MAX_VALUE : Math.max(0, first.due - now);
  }

  private void forgetCancelled() {
    while (!pending.isEmpty() && pending.peek().task == null) {
      pending.remove();
    }
  }
}
