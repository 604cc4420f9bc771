// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one window of one contender gave.
 *
 * @param values by metric
 * @param times of the round trips, in nanoseconds, if that was the question
 */
record Figures(Map<Metric, Double> values, Optional<Histogram> times) {
  static Figures of(Map<Metric, Double> values) {
    return new Figures(Map.copyOf(values), Optional.empty());
  }

  static Figures ofRoundTrips(Histogram times, double allocated) {
    Map<Metric, Double> values = percentiles(times);
    values.put(Metric.ALLOCATION, Math.max(0, allocated / times.getTotalCount()));
    return new Figures(Map.copyOf(values), Optional.of(times));
  }

  static Map<Metric, Double> percentiles(Histogram times) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.P50, (double) times.getValueAtPercentile(50));
    values.put(Metric.P90, (double) times.getValueAtPercentile(90));
    values.put(Metric.P99, (double) times.getValueAtPercentile(99));
    values.put(Metric.P999, (double) times.getValueAtPercentile(99.9));
    values.put(Metric.MAX, (double) times.getMaxValue());
    return values;
  }
}
