// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** The times of round trips, one after the other, without those of the warm-up. */
final class RoundTrips {
  private static final long LONGEST = Duration.ofMinutes(1).toNanos();

  private final Histogram histogram = new Histogram(1, LONGEST, 3);
  private final long start = System.nanoTime();
  private final long warmUp;
  private final long total;
  private long sent;

  RoundTrips(Duration warmUp, Duration run) {
    this.warmUp = warmUp.toNanos();
    this.total = warmUp.plus(run).toNanos();
  }

  void sent() {
    sent = System.nanoTime();
  }

  /**
   * Records a round trip.
   *
   * @return whether there is time for another one
   */
  boolean returned() {
    long now = System.nanoTime();
    if (now - start >= warmUp) {
      histogram.recordValue(Math.min(now - sent, LONGEST));
    }
    return now - start < total;
  }

  /** The median and the 99th percentile, in nanoseconds. */
  String text() {
    return histogram.getValueAtPercentile(50) + " " + histogram.getValueAtPercentile(99);
  }
}
