// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * What we want to reach: our figure divided by that of the best rival, or our figure alone.
 *
 * @param title what it says
 * @param asked where the figures come from
 * @param ours the system
 * @param rivals the systems beside it
 * @param bound for the ratio
 */
record Target(String title, Asked asked, String ours, Rivals rivals, Bound bound) {
  /** A figure of a question. */
  record Asked(Question question, Metric metric) {}

  /**
   * How it ended.
   *
   * @param spread of the ratios, one for each round
   * @param rival the best one
   * @param missing rivals that were not measured
   */
  record Outcome(
      Target target,
      Quartiles spread,
      Optional<String> rival,
      List<String> missing,
      Verdict verdict) {}

  /** Whether a system has to be measured for this. */
  boolean concerns(String system) {
    return system.equals(ours) || rivals.include(system);
  }

  /** Whether these systems are enough for a ratio. */
  boolean isMeasurable(Collection<String> systems) {
    return systems.contains(ours)
        && (rivals.equals(Rivals.NONE)
            || systems.stream().anyMatch(s -> rivals.include(s) && !s.equals(ours)));
  }

  /** Looks at the results. */
  Outcome outcome(Collection<Results> all, Timing timing) {
    Optional<Results> found =
        all.stream().filter(r -> r.question().equals(asked.question())).findFirst();
    if (found.isEmpty()) {
      return new Outcome(
          this,
          Quartiles.of(DoubleStream.empty()),
          Optional.empty(),
          List.of(),
          Verdict.NOT_MEASURED);
    }
    Results results = found.get();
    Optional<String> rival = best(results);
    double[] figures =
        rivals.equals(Rivals.NONE)
            ? results.values(ours, asked.metric())
            : rival.map(r -> results.ratios(ours, r, asked.metric())).orElse(new double[0]);
    Quartiles spread = Quartiles.of(DoubleStream.of(figures));
    return new Outcome(
        this, spread, rival, rivals.missing(results.systems()), verdict(spread, timing));
  }

  private Verdict verdict(Quartiles spread, Timing timing) {
    return bound.verdict(spread, timing.rounds(asked.question().measure()));
  }

  private Optional<String> best(Results results) {
    Comparator<String> byMedian =
        Comparator.comparingDouble(s -> Results.median(results.values(s, asked.metric())));
    return results.systems().stream()
        .filter(system -> rivals.include(system) && !system.equals(ours))
        .filter(system -> results.values(system, asked.metric()).length > 0)
        .min(asked.metric().lowerIsBetter() ? byMedian : byMedian.reversed());
  }
}
