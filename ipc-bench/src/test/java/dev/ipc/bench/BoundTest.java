// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class BoundTest {
  private static final int ENOUGH = 3;

  @Test
  void metWhenBothQuartilesAreOnTheGoodSide() {
    assertEquals(Verdict.MET, Bound.atMost(2).verdict(spread(1, 1.5, 2), ENOUGH));
    assertEquals(Verdict.MET, Bound.atLeast(2).verdict(spread(2, 2.5, 3), ENOUGH));
  }

  @Test
  void missedWhenBothAreOnTheOther() {
    assertEquals(Verdict.MISSED, Bound.atMost(2).verdict(spread(2.1, 2.5, 3), ENOUGH));
    assertEquals(Verdict.MISSED, Bound.atLeast(2).verdict(spread(1, 1.5, 1.9), ENOUGH));
  }

  @Test
  void undecidedWhenTheBoundLiesBetweenThem() {
    assertEquals(Verdict.UNDECIDED, Bound.atMost(2).verdict(spread(1, 1.5, 2.1), ENOUGH));
    assertEquals(Verdict.UNDECIDED, Bound.atLeast(2).verdict(spread(1.9, 2.5, 3), ENOUGH));
  }

  @Test
  void undecidedWithTooFewRatios() {
    assertEquals(Verdict.UNDECIDED, Bound.atMost(2).verdict(new Quartiles(1, 1, 1, 2), ENOUGH));
  }

  @Test
  void notMeasuredWithoutAny() {
    Quartiles none = new Quartiles(Double.NaN, Double.NaN, Double.NaN, 0);
    assertEquals(Verdict.NOT_MEASURED, Bound.atMost(2).verdict(none, ENOUGH));
    assertEquals(Verdict.NOT_MEASURED, Bound.atLeast(2).verdict(none, ENOUGH));
  }

  private static Quartiles spread(double lower, double median, double upper) {
    return new Quartiles(lower, median, upper, ENOUGH);
  }
}
