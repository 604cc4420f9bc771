// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.time.Duration;

/** How far apart the two processors are right now: one cache line to and fro. */
final class Probe implements AutoCloseable {
  static final String SYSTEM = "cache-line";

  private static final Duration WARM_UP = Duration.ofMillis(500);
  private static final Duration TIME = Duration.ofMillis(10);

  private final Pair pair;

  private Probe(Pair pair) {
    this.pair = pair;
  }

  static Probe start(Workshop workshop, Entry entry)
      throws Failure, IOException, InterruptedException {
    Probe probe = new Probe(Pair.start(workshop, entry, new Question(Measure.ROUND_TRIP, 32)));
    probe.pair.warmUp(WARM_UP, System.nanoTime());
    probe.pair.pause();
    return probe;
  }

  /** The median of many, in nanoseconds. */
  double nanos() throws Failure, IOException, InterruptedException {
    pair.resume();
    try {
      return pair.measure(TIME).values().get(Metric.P50);
    } finally {
      pair.pause();
    }
  }

  @Override
  public void close() throws IOException {
    pair.close();
  }
}
