// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that runs on a thread of its own and may take its time. */
final class Task<T> {
  /** A piece of work without a result. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  private final FutureTask<T> future;
  private final Thread thread;

  private Task(String name, Callable<T> work) {
    future = new FutureTask<>(work);
    thread = new Thread(future, "kit " + name);
    thread.setDaemon(true);
    thread.start();
  }

  static <T> Task<T> start(String name, Callable<T> work) {
    return new Task<>(name, work);
  }

  /** What came out, or what it threw, itself. */
  T result(Duration timeout) throws Exception {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    } catch (TimeoutException e) {
      TimeoutException told = new TimeoutException(thread.getName() + " has not come to an end");
      told.setStackTrace(thread.getStackTrace());
      throw told;
    }
  }

  boolean isDone() {
    return future.isDone();
  }

  /** Whether the thread waits for something. */
  boolean isWaiting() {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      default -> false;
    };
  }

  void interrupt() {
    thread.interrupt();
  }
}
