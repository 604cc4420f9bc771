// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WriterRoleTest {
  private final WriterRole role = new WriterRole();

  @Test
  void oneHasIt() {
    assertTrue(role.tryTake());
    assertTrue(role.isTaken());
    assertFalse(role.tryTake());
    assertTrue(role.leave(), "nobody has come in vain");
    assertFalse(role.isTaken());
    assertTrue(role.take());
  }

  @Test
  void theEventLoopDoesNotComeInVain() {
    assertTrue(role.tryTake());
    assertFalse(role.take());
    assertFalse(role.take());
    assertFalse(role.leave(), "the event loop is to be told");
    assertTrue(role.take());
    assertTrue(role.leave(), "and only once");
  }

  @Test
  void aSenderComesInVainAndNobodyIsTold() {
    assertTrue(role.take());
    assertFalse(role.tryTake());
    assertTrue(role.leave());
  }
}
