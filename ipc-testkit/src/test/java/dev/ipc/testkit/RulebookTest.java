// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contract, tests and mutants are about the same rules. */
class RulebookTest {
  @Test
  void everyRuleHasOneTestAndEveryTestARule() throws IOException {
    Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    assertEquals(Rulebook.of(root.resolve("CONTRACT.md")), Rulebook.ofKit());
  }

  /**
   * The mutants of chapter 6 need another process; a module whose transport reaches one has them.
   */
  @Test
  void everyRuleHasAMutant() {
    List<String> missing = Rulebook.notBrokenBy(KitTest.mutants());
    assertTrue(missing.stream().allMatch(rule -> rule.startsWith("6.")), missing.toString());
  }
}
