// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class HeatTest {
  private static final Question QUESTION = new Question(Measure.ONE_WAY, 32);

  private final Set<Entry> all = new LinkedHashSet<>(Catalog.own().entries());

  @Test
  void everySystemIsInOneHeat() {
    List<Entry> found = heats().stream().flatMap(heat -> heat.entries().stream()).toList();
    assertEquals(all.size(), found.size());
    assertEquals(all, new HashSet<>(found));
  }

  @Test
  void whatATargetComparesIsInTheSameHeat() {
    for (Target target : Targets.all()) {
      if (target.asked().question().equals(QUESTION)) {
        long count =
            heats().stream()
                .filter(h -> h.entries().stream().anyMatch(e -> target.concerns(e.name())))
                .count();
        assertEquals(1, count, target::title);
      }
    }
  }

  @Test
  void noHeatIsTooLargeForTheMemory() {
    for (Heat heat : heats()) {
      assertTrue(heat.entries().size() <= 16, heat::toString);
    }
  }

  private List<Heat> heats() {
    return Heat.of(QUESTION, all);
  }
}
