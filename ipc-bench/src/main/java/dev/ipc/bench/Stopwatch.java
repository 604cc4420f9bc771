// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Times round trips, one after the other, and says when it is enough. One thread at a time. */
public final class Stopwatch {
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

  private final Histogram histogram = new Histogram(1, LONGEST, 3);
  private final long start = System.nanoTime();
  private final long nanos;
  private long sent;

  /** Starts now and runs that long. */
  public Stopwatch(long nanos) {
    this.nanos = nanos;
  }

  /** To be called before a message is sent. */
  public void sent() {
    sent = System.nanoTime();
  }

  /**
   * To be called when the message has come back.
   *
   * @return whether there is time for another one
   */
  public boolean returned() {
    long now = System.nanoTime();
    histogram.recordValue(Math.min(now - sent, LONGEST));
    return now - start < nanos;
  }

  /** The times so far, in nanoseconds. */
  public Histogram times() {
    return histogram;
  }
}
