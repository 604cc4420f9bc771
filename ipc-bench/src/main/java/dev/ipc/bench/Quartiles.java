// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.stream.DoubleStream;

/** The middle of some values and the half around it; NaN without values. */
record Quartiles(double lower, double median, double upper, int count) {
  static Quartiles of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return new Quartiles(
        quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75), sorted.length);
  }

  /** Between two values, the line between them. */
  private static double quantile(double[] sorted, double part) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = part * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
