// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Several threads of a client that send over the same connection. */
public final class SendingThreads implements Contender.Client {
  /** Sends one message. */
  public interface Step {
    /** Sends the next message of this thread, whose numbers are {@link Lanes#number}. */
    void next() throws Exception;
  }

  private final List<Contender.Client> senders = new ArrayList<>();
  private final ExecutorService threads;

  private SendingThreads(int count, IntFunction<Step> steps) {
    for (int i = 0; i < count; i++) {
      senders.add(new Sender(steps.apply(i)));
    }
    threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "bench-sender");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts so many threads; a single one is the caller's.
   *
   * @param steps makes the messages of each thread, which are numbered from 0
   */
  public static Contender.Client client(int count, IntFunction<Step> steps) {
    return count == 1 ? new Sender(steps.apply(0)) : new SendingThreads(count, steps);
  }

  @Override
  public long sendFor(long nanos) throws Exception {
    List<Callable<Long>> tasks = new ArrayList<>();
    senders.forEach(sender -> tasks.add(() -> sender.sendFor(nanos)));
    long sent = 0;
    for (Future<Long> task : threads.invokeAll(tasks)) {
      try {
        sent += task.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
    return sent;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private record Sender(Step step) implements Contender.Client {
    @Override
    public void send(int count) throws Exception {
      for (int i = 0; i < count; i++) {
        step.next();
      }
    }

    @Override
    public void close() {}
  }
}
