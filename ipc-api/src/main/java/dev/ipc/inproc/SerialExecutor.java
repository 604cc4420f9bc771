// SPDX-License-Identifier: Apache-2.0
package dev.ipc.inproc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** Runs its tasks one after the other, on whichever thread of a pool is free. */
final class SerialExecutor implements Executor {
  private final ExecutorService threads;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  SerialExecutor(ExecutorService threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      try {
        threads.execute(this::run);
      } catch (RejectedExecutionException e) {
        run(); // the context is closed, and with it the threads this belongs on
      }
    }
  }

  private void run() {
    do {
      try {
        tasks.remove().run();
      } catch (Throwable e) {
        LoggerFactory.getLogger("dev.ipc").error("a task failed", e);
      }
    } while (pending.decrementAndGet() > 0);
  }
}
