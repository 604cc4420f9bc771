// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class TargetTest {
  private static final Question QUESTION = new Question(Measure.ONE_WAY, 32);
  private static final Disturbance QUIET = new Disturbance(0, 1, 140, 140);
  private static final Disturbance LOUD = new Disturbance(1, 1, 140, 140);
  private static final Disturbance FAR = new Disturbance(0, 1, 450, 450);

  private final Results results = new Results(QUESTION);

  @Test
  void theRatioIsTakenWithinRounds() {
    add("ours", 1, 30, QUIET);
    add("peer", 1, 10, QUIET);
    add("ours", 2, 60, QUIET);
    add("peer", 2, 30, QUIET);
    add("ours", 3, 100, QUIET); // no partner
    assertEquals(new Quartiles(2.25, 2.5, 2.75, 2), outcome("peer").spread());
  }

  @Test
  void disturbedWindowsDoNotCountAndTheirRepetitionDoes() {
    add("ours", 1, 1000, LOUD);
    add("ours", 1, 20, QUIET);
    add("peer", 1, 10, QUIET);
    add("ours", 2, 1000, QUIET);
    add("peer", 2, 10, LOUD);
    assertEquals(new Quartiles(2, 2, 2, 1), outcome("peer").spread());
  }

  @Test
  void windowsAtDifferentDistancesAreNotCompared() {
    add("ours", 1, 20, QUIET);
    add("peer", 1, 10, FAR);
    assertEquals(Verdict.NOT_MEASURED, outcome("peer").verdict());
  }

  @Test
  void theBestRivalCounts() {
    for (int round = 1; round <= 3; round++) {
      add("peer-slow", round, 5, QUIET);
      add("peer-fast", round, 10, QUIET);
      add("ours", round, 20, QUIET);
      add("other", round, 100, QUIET);
    }
    Target.Outcome outcome = outcome("peer*", "absent");
    assertEquals(Optional.of("peer-fast"), outcome.rival());
    assertEquals(new Quartiles(2, 2, 2, 3), outcome.spread());
    assertEquals(Verdict.MET, outcome.verdict());
    assertEquals(List.of("absent"), outcome.missing());
  }

  @Test
  void theBestTimeIsTheShortest() {
    Question question = new Question(Measure.ROUND_TRIP, 32);
    Results times = new Results(question);
    for (String system : List.of("peer-10", "peer-30", "ours-20")) {
      double value = Double.parseDouble(system.substring(5));
      Figures figures = Figures.of(Map.of(Metric.P99, value));
      times.add(new Sample(system, 1, figures, QUIET));
    }
    Target target =
        new Target(
            "",
            new Target.Asked(question, Metric.P99),
            "ours-20",
            Rivals.of("peer*"),
            Bound.atMost(1));
    Target.Outcome outcome = target.outcome(List.of(results, times), timing(1));
    assertEquals(Optional.of("peer-10"), outcome.rival());
    assertEquals(Verdict.MISSED, outcome.verdict());
  }

  @Test
  void withoutRivalsTheFigureItselfCounts() {
    add("ours", 1, 3, QUIET);
    add("ours", 2, 5, LOUD);
    Quartiles spread = outcome().spread();
    assertEquals(new Quartiles(3, 3, 3, 1), spread);
  }

  @Test
  void aTargetNeedsUsAndARivalIfItHasAny() {
    assertTrue(target("peer*").isMeasurable(List.of("ours", "peer-fast")));
    assertFalse(target("peer*").isMeasurable(List.of("ours", "other")));
    assertFalse(target("peer*").isMeasurable(List.of("peer-fast")));
    assertFalse(target("o*").isMeasurable(List.of("ours")));
    assertTrue(target().isMeasurable(List.of("ours")));
  }

  @Test
  void everyTargetOfOursIsAContenderThatCanAnswer() {
    Catalog catalog = Catalog.own();
    assertEquals(List.of(), catalog.notes());
    for (Target target : Targets.all()) {
      Contender ours = catalog.find(target.ours()).orElseThrow().contender();
      assertTrue(ours.works().contains(target.asked().question().work()), target::title);
    }
  }

  private Target.Outcome outcome(String... rivals) {
    return target(rivals).outcome(List.of(results), timing(3));
  }

  private static Target target(String... rivals) {
    return new Target(
        "", new Target.Asked(QUESTION, Metric.RATE), "ours", Rivals.of(rivals), Bound.atLeast(1.5));
  }

  private static Timing timing(int rounds) {
    return new Timing(Duration.ofSeconds(1), Duration.ZERO, rounds);
  }

  private void add(String system, int round, double rate, Disturbance disturbance) {
    results.add(new Sample(system, round, Figures.of(Map.of(Metric.RATE, rate)), disturbance));
  }
}
