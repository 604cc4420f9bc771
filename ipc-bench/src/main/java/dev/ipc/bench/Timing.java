// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param window in which one contender is measured
 * @param warmUp before its first window
 * @param rounds at least
 */
record Timing(Duration window, Duration warmUp, int rounds) {
  private static final Duration IDLE = Duration.ofSeconds(5);

  /** Ten round trips. */
  private static final Duration RESTED = Duration.ofSeconds(10);

  /** How many figures a verdict needs, and how many rounds there are at least. */
  int rounds(Measure measure) {
    return measure == Measure.IDLE ? 1 : rounds;
  }

  Duration window(Measure measure) {
    return switch (measure) {
      case ROUND_TRIP, ONE_WAY -> window;
      case RESTED -> RESTED;
      case IDLE -> IDLE;
    };
  }
}
