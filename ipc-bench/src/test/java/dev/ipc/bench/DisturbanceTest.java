// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class DisturbanceTest {
  @Test
  void aQuietWindowIsNotDisturbed() {
    assertFalse(new Disturbance(0.02, 0.3, 140, 160).disturbed());
  }

  @Test
  void workOfOthersDisturbs() {
    assertTrue(new Disturbance(0.06, 0.3, 140, 140).disturbed());
    assertFalse(new Disturbance(0.06, 1, 140, 140).disturbed());
  }

  @Test
  void aJumpOfTheProbeDisturbsInEitherDirection() {
    assertTrue(new Disturbance(0, 0.3, 124, 552).disturbed());
    assertTrue(new Disturbance(0, 0.3, 552, 124).disturbed());
  }

  @Test
  void withoutAProbeNothingJumps() {
    assertFalse(new Disturbance(0, 0.3, Double.NaN, Double.NaN).disturbed());
    assertFalse(new Disturbance(0, 0.3, Double.NaN, 140).disturbed());
  }

  @Test
  void windowsAreComparableAtTheSameDistance() {
    Disturbance near = new Disturbance(0, 0.3, 124, 130);
    assertTrue(near.comparable(new Disturbance(0, 0.3, 130, 140)));
    assertFalse(near.comparable(new Disturbance(0, 0.3, 450, 460)));
  }

  @Test
  void allProcessorsAreBusyButForIdleAndWaitingTime() {
    assertEquals(1.25, ProcFiles.busySeconds("cpu  100 1 2 3000 400 5 6 11 9 9"), 1e-9);
  }

  @Test
  void thisProcessHasWorked() {
    long pid = ProcessHandle.current().pid();
    assertTrue(ProcFiles.cpuSeconds(pid) > 0);
    assertTrue(ProcFiles.busySeconds() >= ProcFiles.cpuSeconds(pid));
  }
}
