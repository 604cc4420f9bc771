// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kit sees every fault that a mutant was given, and nothing else. */
class KitTest {
  static List<Class<? extends Mutant>> mutants() {
    List<Class<? extends Mutant>> mutants = new ArrayList<>();
    Stream.of(
            NamesMutants.class,
            MessagesMutants.class,
            FlowMutants.class,
            TimeMutants.class,
            ClosingMutants.class,
            ManyPeersMutants.class)
        .flatMap(chapter -> Stream.of(chapter.getDeclaredClasses()))
        .filter(type -> type.isAnnotationPresent(Breaks.class))
        .forEach(type -> mutants.add(type.asSubclass(Mutant.class)));
    return mutants;
  }

  @Test
  @Timeout(600)
  void eachMutantBreaksItsRulesAndNoOthers() throws InterruptedException {
    assertEquals(
        "", String.join("\n", MutantRun.differences(InprocContractTest.class, mutants(), 14)));
  }
}
