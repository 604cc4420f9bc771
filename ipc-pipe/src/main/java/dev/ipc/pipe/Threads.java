// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.spi.TransportThread;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one transport: as many as block, and one that knows the time. They end when they
 * have nothing to do. Any thread may call.
 */
final class Threads implements AutoCloseable {
  private static final long IDLE_MILLIS = 500;

  private final ThreadPoolExecutor workers;
  private final ScheduledThreadPoolExecutor clock;

  Threads() {
    ThreadFactory factory = TransportThread.factory("ipc-pipe");
    workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            factory);
    clock = new ScheduledThreadPoolExecutor(1, factory);
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    clock.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs what may block on a thread of its own.
   *
   * @throws RejectedExecutionException if the context is closed
   */
  void run(Runnable work) {
    workers.execute(work);
  }

  /**
   * Runs what must not block later.
   *
   * @throws RejectedExecutionException if the context is closed
   */
  Future<?> later(Runnable task, long nanos) {
    return clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Takes no more work; what runs goes on. */
  @Override
  public void close() {
    clock.shutdownNow();
    workers.shutdown();
  }

  /** Whether everything has ended within this time. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    return workers.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }
}
