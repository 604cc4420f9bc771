// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** What a round finds out. */
enum Measure {
  /** The times of round trips. */
  ROUND_TRIP("round trip"),
  /** The times of single round trips, each after a second without any. */
  RESTED("round trip after a second's rest"),
  /** Messages that arrive. */
  ONE_WAY("one way"),
  /** What it costs to do nothing. */
  IDLE("idle");

  private final String title;

  Measure(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
