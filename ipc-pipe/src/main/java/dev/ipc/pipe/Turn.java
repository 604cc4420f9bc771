// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What makes several threads one transport thread: whoever has the turn is it. Tasks run one after
 * the other, by a thread of the library that has the turn; whoever gives it back looks after those
 * that came meanwhile.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Runnable caller;
  private final Consumer<Throwable> failure;

  /**
   * Makes a free one.
   *
   * @param caller has {@link #runTasks} called soon by a thread of the library
   * @param failure takes what a task throws, with the turn
   */
  Turn(Runnable caller, Consumer<Throwable> failure) {
    this.caller = caller;
    this.failure = failure;
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

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      failure.accept(e);
    }
  }

  /** Runs the tasks, unless another thread has the turn, which then looks after them. */
  void runTasks() {
    while (!tasks.isEmpty() && lock.tryLock()) {
      try {
        Runnable task;
        while ((task = tasks.poll()) != null) {
          run(task);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
