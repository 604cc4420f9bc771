// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables that are printed. */
final class Report {
  private Report() {}

  /** The figures of one question: medians of the undisturbed rounds. */
  static List<String> lines(Results results) {
    List<Metric> metrics =
        List.of(Metric.values()).stream()
            .filter(metric -> results.samples().stream().anyMatch(s -> s.has(metric)))
            .toList();
    List<String> head = new ArrayList<>(List.of(results.question().title()));
    metrics.forEach(metric -> head.add(metric.title()));
    head.addAll(List.of("rounds", "disturbed"));
    Table table = new Table(head);
    for (String system : results.systems()) {
      Map<Metric, Double> figures = figures(results, system);
      List<String> row = new ArrayList<>(List.of(system));
      metrics.forEach(metric -> row.add(text(metric, figures.getOrDefault(metric, Double.NaN))));
      row.add(Integer.toString(results.values(system, metrics.get(0)).length));
      row.add(Integer.toString(results.disturbed(system)));
      table.add(row);
    }
    return metrics.isEmpty() ? List.of() : table.lines();
  }

  /** Medians of the rounds; the rarest times from all rounds together. */
  static Map<Metric, Double> figures(Results results, String system) {
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      double[] values = results.values(system, metric);
      if (values.length > 0) {
        figures.put(metric, Results.median(values));
      }
    }
    results
        .times(system)
        .map(Figures::percentiles)
        .ifPresent(
            all -> {
              figures.put(Metric.P999, all.get(Metric.P999));
              figures.put(Metric.MAX, all.get(Metric.MAX));
            });
    return figures;
  }

  static List<String> targets(List<Target.Outcome> outcomes) {
    Table table = new Table(List.of("target", "bound", "ratio", "quartiles", "n", "verdict"));
    for (Target.Outcome outcome : outcomes) {
      Quartiles spread = outcome.spread();
      boolean none = spread.count() == 0;
      table.add(
          List.of(
              title(outcome),
              outcome.target().bound().text(),
              none ? "-" : ratio(spread.median()),
              none ? "-" : ratio(spread.lower()) + "–" + ratio(spread.upper()),
              Integer.toString(spread.count()),
              outcome.verdict().title()));
    }
    return table.lines();
  }

  private static String title(Target.Outcome outcome) {
    String title = outcome.target().title();
    String rival = outcome.rival().map(r -> " [" + r + "]").orElse("");
    boolean measured = outcome.verdict() != Verdict.NOT_MEASURED;
    return measured && !outcome.missing().isEmpty()
        ? title + rival + " without " + String.join(", ", outcome.missing())
        : title + rival;
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.4f" : "%.2f", value);
  }

  /** A figure as people read it. */
  static String text(Metric metric, double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return switch (metric.unit()) {
      case "ns" -> time(value);
      case "/s" -> count(value);
      case "of a core" -> String.format(Locale.ROOT, "%.2f %%", value * 100);
      default ->
          metric == Metric.ALLOCATION
              ? String.format(Locale.ROOT, "%.2f B", value)
              : metric == Metric.MEMORY
                  ? String.format(Locale.ROOT, "%.1f MB", value / 1e6)
                  : String.format(Locale.ROOT, "%,.0f", value);
    };
  }

  private static String time(double nanos) {
    if (nanos < 1000) {
      return String.format(Locale.ROOT, "%.0f ns", nanos);
    }
    return nanos < 1e6
        ? String.format(Locale.ROOT, "%.2f µs", nanos / 1e3)
        : String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static String count(double value) {
    return value < 1e6
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f M", value / 1e6);
  }
}
