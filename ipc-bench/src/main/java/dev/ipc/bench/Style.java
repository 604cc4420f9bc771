// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** What the output may use. */
enum Style {
  /** A log: characters of UTF-8, nothing moves. */
  LOG,
  /** A log that shows ASCII only. */
  PLAIN_LOG,
  /** A terminal that shows UTF-8. */
  TERMINAL,
  /** A terminal that shows ASCII only. */
  PLAIN_TERMINAL;

  boolean terminal() {
    return this == TERMINAL || this == PLAIN_TERMINAL;
  }

  /** The text without what cannot be shown. */
  String of(String text) {
    return this == PLAIN_LOG || this == PLAIN_TERMINAL
        ? text.replace("µ", "u")
            .replace("≤", "<=")
            .replace("≥", ">=")
            .replace("–", "-")
            .replace("×", "x")
        : text;
  }
}
