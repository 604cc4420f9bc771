// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import dev.ipc.bench.Stopwatch;
import java.util.concurrent.CompletableFuture;

/**
 * Round trips in which whoever receives a reply sends the next message, so that no thread is woken
 * between the two. One thread at a time; {@link #fail} any thread.
 */
public final class Trips {
  private final Tally tally;
  private final Runnable sending;
  private volatile CompletableFuture<Void> done = new CompletableFuture<>();
  private Stopwatch stopwatch;

  /**
   * @param sending sends the next message
   */
  public Trips(Tally tally, Runnable sending) {
    this.tally = tally;
    this.sending = sending;
  }

  /** Sends the first message; what it returns ends when the stopwatch says so, or by a failure. */
  public CompletableFuture<Void> start(Stopwatch watch) {
    CompletableFuture<Void> started = new CompletableFuture<>();
    done = started;
    tally.check();
    stopwatch = watch;
    next();
    return started;
  }

  /** To be called when a reply has come. */
  public void returned() {
    if (stopwatch.returned()) {
      next();
    } else {
      done.complete(null);
    }
  }

  /** Ends what was started, and lets nothing start again. */
  public void fail(Throwable cause) {
    tally.fail(cause);
    done.completeExceptionally(tally.failure());
  }

  private void next() {
    stopwatch.sent();
    sending.run();
  }
}
