// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class PlanTest {
  private final Catalog catalog = Catalog.own();

  @Test
  void withoutOptionsEveryTargetIsAskedThatDoesNotTakeLong() {
    for (Target target : Targets.all()) {
      Question question = target.asked().question();
      assertEquals(
          question.measure() != Measure.RESTED,
          names(Plan.ordinary(catalog), question).contains(target.ours()),
          target::title);
    }
  }

  @Test
  void theFullPlanAsksForEveryTarget() {
    for (Target target : Targets.all()) {
      assertTrue(
          names(Plan.full(catalog), target.asked().question()).contains(target.ours()),
          target::title);
    }
  }

  @Test
  void theQuickPlanIsAPartOfTheOrdinaryOne() {
    Plan quick = Plan.quick(catalog);
    assertFalse(quick.questions().isEmpty());
    for (Question question : quick.questions()) {
      List<String> more = names(Plan.ordinary(catalog), question);
      assertTrue(more.containsAll(names(quick, question)), question::title);
    }
  }

  @Test
  void theFullPlanAsksEverySystem() {
    Plan full = Plan.full(catalog);
    for (Entry entry : catalog.entries()) {
      for (Contender.Work work : entry.contender().works()) {
        assertTrue(
            full.questions().stream()
                .filter(question -> question.work() == work)
                .anyMatch(question -> names(full, question).contains(entry.name())),
            entry::name);
      }
    }
  }

  @Test
  void whatTakesLongCanBeAskedFor() {
    Plan plan = Plan.ordinary(catalog).with(Measure.RESTED, catalog);
    Plan rested = plan.only(List.of(Measure.RESTED), List.of(), Rivals.NONE);
    assertEquals(List.of(new Question(Measure.RESTED, 32)), rested.questions());
  }

  @Test
  void aPlanCanBeCutDown() {
    Plan plan =
        Plan.ordinary(catalog).only(List.of(Measure.ROUND_TRIP), List.of(), Rivals.of("jdk-*"));
    Question question = new Question(Measure.ROUND_TRIP, 32);
    assertEquals(List.of(question), plan.questions());
    assertTrue(names(plan, question).stream().allMatch(name -> name.startsWith("jdk-")));
    assertEquals(
        List.of(), Plan.ordinary(catalog).only(List.of(), List.of(7), Rivals.NONE).questions());
  }

  private static List<String> names(Plan plan, Question question) {
    Stream<Heat> heats = plan.heats().stream().filter(heat -> heat.question().equals(question));
    return heats.flatMap(heat -> heat.entries().stream()).map(Entry::name).toList();
  }
}
