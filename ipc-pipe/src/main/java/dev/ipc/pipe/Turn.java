// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What makes several threads one transport thread: whoever has the turn is it. Tasks run one after
 * the other, by a thread of the library that has the turn; whoever gives it back looks after those
 * that came meanwhile.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Runnable caller;

  /**
   * Makes a free one.
   *
   * @param caller has {@link #runTasks} called soon by a thread of the library
   */
  Turn(Runnable caller) {
    this.caller = caller;
  }

  /** Adds a task. Any thread. */
  void add(Runnable task) {
    tasks.add(task);
    caller.run();
  }

  boolean hasTasks() {
    return !tasks.isEmpty();
  }

  boolean isMine() {
    return lock.isHeldByCurrentThread();
  }

  void take() {
    lock.lock();
  }

  boolean tryTake() {
    return lock.tryLock();
  }

  void giveBack() {
    lock.unlock();
    if (!tasks.isEmpty() && !lock.isHeldByCurrentThread()) {
      caller.run();
    }
  }

  /** Runs the tasks, unless another thread has the turn, which then looks after them. */
  void runTasks() {
    while (!tasks.isEmpty() && lock.tryLock()) {
      try {
        Runnable task;
        while ((task = tasks.poll()) != null) {
          task.run();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
