// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.testkit.MutantRun;
import dev.ipc.testkit.Rulebook;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kit sees every fault of chapter 6, over {@code unix:}. */
class UnixMutantsTest {
  @Test
  void everyRuleOfTheChapterHasAMutant() {
    List<String> missing = Rulebook.notBrokenBy(CrashMutants.all());
    assertTrue(missing.stream().noneMatch(rule -> rule.startsWith("6.")), missing.toString());
  }

  @Test
  @Timeout(600)
  void eachMutantBreaksItsRulesAndNoOthers() throws InterruptedException {
    List<String> differences = MutantRun.differences(UnixContractTest.class, CrashMutants.all(), 2);
    assertEquals("", String.join("\n", differences));
  }
}
