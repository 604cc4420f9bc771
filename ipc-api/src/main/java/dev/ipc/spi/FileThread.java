// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread of this process that works on lock files and segment files. An interrupt closes
 * the {@code FileChannel} that its thread is using, and the closing of a lock file drops its lock;
 * this thread is nobody's to interrupt.
 *
 * <p>Tasks run one after the other, in order of arrival, and must neither block nor wait for
 * another thread. A task that calls in again runs at once. Any thread may call; the daemon thread
 * starts with the first task and ends when idle.
 */
public final class FileThread {
  private static final ThreadPoolExecutor EXECUTOR = executor();

  private static volatile Thread current;

  private FileThread() {}

  /**
   * What to run.
   *
   * @param <T> what comes out
   * @param <E> what may go wrong
   */
  @FunctionalInterface
  public interface Task<T, E extends Exception> {
    /**
     * Runs on the file thread.
     *
     * @return the result, may be null
     * @throws E passed to the caller as it is
     */
    T run() throws E;
  }

  /**
   * Runs a task and waits for it, whatever interrupts come; the interrupt flag is kept.
   *
   * @param <T> what comes out
   * @param <E> what may go wrong
   * @param task must not block
   * @return its result
   * @throws E its exception
   */
  public static <T, E extends Exception> T call(Task<T, E> task) throws E {
    if (Thread.currentThread() == current) {
      return task.run();
    }
    Job<T, E> job = new Job<>(task);
    EXECUTOR.execute(job);
    return job.result();
  }

  /**
   * Runs a task and waits for it. An interrupt that comes before the task has begun cancels it; a
   * task that has begun is waited for and its result returned with the interrupt flag set, so that
   * no result is ever lost.
   *
   * @param <T> what comes out
   * @param <E> what may go wrong
   * @param task must not block
   * @return its result
   * @throws E its exception
   * @throws InterruptedException if the task did not run and never will
   */
  public static <T, E extends Exception> T callInterruptibly(Task<T, E> task)
      throws E, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the file task began");
    }
    if (Thread.currentThread() == current) {
      return task.run();
    }
    Job<T, E> job = new Job<>(task);
    EXECUTOR.execute(job);
    try {
      job.done.await();
    } catch (InterruptedException e) {
      if (job.taken.compareAndSet(false, true)) {
        throw e;
      }
      Thread.currentThread().interrupt();
    }
    return job.result();
  }

  /**
   * Runs a task and does not wait for it.
   *
   * @param task must not block; what it throws is its own to deal with
   */
  public static void submit(Runnable task) {
    EXECUTOR.execute(task);
  }

  private static ThreadPoolExecutor executor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), FileThread::thread);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static Thread thread(Runnable work) {
    Runnable body =
        () -> {
          current = Thread.currentThread();
          work.run();
        };
    Thread thread = new Thread(null, body, "ipc-files", 0, false);
    thread.setDaemon(true);
    // Not the loader of whichever application happened to call first.
    thread.setContextClassLoader(FileThread.class.getClassLoader());
    return thread;
  }

  private static final class Job<T, E extends Exception> implements Runnable {
    private final Task<T, E> task;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private T value;
    private Throwable failure;

    Job(Task<T, E> task) {
      this.task = task;
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // every failure belongs to the caller
    public void run() {
      if (!taken.compareAndSet(false, true)) {
        return;
      }
      try {
        value = task.run();
      } catch (Throwable e) {
        failure = e;
      } finally {
        done.countDown();
      }
    }

    T result() throws E {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure != null) {
        FileThread.<E>rethrow(failure);
      }
      return value;
    }
  }

  /** A task throws nothing but E and unchecked exceptions; the latter pass by erasure. */
  @SuppressWarnings("unchecked")
  private static <X extends Throwable> void rethrow(Throwable failure) throws X {
    throw (X) failure;
  }
}
