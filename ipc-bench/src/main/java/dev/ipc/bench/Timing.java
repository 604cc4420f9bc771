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
  static final Duration IDLE = Duration.ofSeconds(5);

  /** How many figures a verdict needs, and how many rounds there are at least. */
  int rounds(Measure measure) {
    return measure == Measure.IDLE ? 1 : rounds;
  }

  Duration window(Measure measure) {
    return measure == Measure.IDLE ? IDLE : window;
  }
}
