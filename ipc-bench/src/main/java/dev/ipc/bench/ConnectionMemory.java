// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a connection takes: the difference between many idle ones and one. */
final class ConnectionMemory {
  private static final String ONE = "-echo-1";
  private static final String MANY = "-echo-50";
  private static final int MORE = 49;

  private ConnectionMemory() {}

  static List<String> lines(Results results) {
    List<String> lines = new ArrayList<>();
    for (String system : results.systems()) {
      if (system.endsWith(ONE)) {
        String name = system.substring(0, system.length() - ONE.length());
        double one = Results.median(results.values(system, Metric.MEMORY));
        double many = Results.median(results.values(name + MANY, Metric.MEMORY));
        double kilobytes = (many - one) / MORE / 1e3;
        if (!Double.isNaN(kilobytes)) {
          String text = String.format(Locale.ROOT, "%,.0f", kilobytes);
          lines.add(name + ": resident memory per connection, both processes: " + text + " kB");
        }
      }
    }
    return lines;
  }
}
