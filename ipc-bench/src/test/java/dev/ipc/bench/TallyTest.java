// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class TallyTest {
  @Test
  void countsWhatComesInOrder() {
    Tally tally = new Tally();
    tally.next(0);
    tally.next(1);
    assertEquals(2, tally.count());
  }

  @Test
  void refusesALostAndARepeatedMessage() {
    Tally tally = new Tally();
    tally.next(0);
    assertThrows(IllegalStateException.class, () -> tally.next(2));
    assertThrows(IllegalStateException.class, () -> tally.next(0));
    assertEquals(1, tally.count());
  }

  @Test
  void threadsAreCountedApart() {
    Lanes lanes = new Lanes();
    lanes.next(Lanes.number(3, 0));
    lanes.next(Lanes.number(0, 0));
    lanes.next(Lanes.number(3, 1));
    assertThrows(IllegalStateException.class, () -> lanes.next(Lanes.number(0, 2)));
    assertEquals(3, lanes.count());
  }

  @Test
  void looksAtTheClockNeitherTooOftenNorTooRarely() {
    assertEquals(2, Sending.next(1, 1_000));
    assertEquals(8, Sending.next(8, 500_000));
    assertEquals(4, Sending.next(8, 5_000_000));
    assertEquals(1, Sending.next(1, 5_000_000));
  }
}
