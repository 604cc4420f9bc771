// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** What a figure has to be. */
record Bound(Direction direction, double value) {
  enum Direction {
    AT_MOST,
    AT_LEAST
  }

  static Bound atMost(double value) {
    return new Bound(Direction.AT_MOST, value);
  }

  static Bound atLeast(double value) {
    return new Bound(Direction.AT_LEAST, value);
  }

  /** Decided only when the quartiles lie on one side, and there are enough values for quartiles. */
  Verdict verdict(Quartiles spread, int enough) {
    if (spread.count() == 0) {
      return Verdict.NOT_MEASURED;
    }
    if (spread.count() < enough || holds(spread.lower()) != holds(spread.upper())) {
      return Verdict.UNDECIDED;
    }
    return holds(spread.median()) ? Verdict.MET : Verdict.MISSED;
  }

  /** How it is written. */
  String text() {
    return (direction == Direction.AT_MOST ? "≤ " : "≥ ") + value;
  }

  private boolean holds(double figure) {
    return direction == Direction.AT_MOST ? figure <= value : figure >= value;
  }
}
