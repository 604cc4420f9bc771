// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

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

  String line() {
    return plain() ? "-" : "─";
  }

  String full() {
    return plain() ? "#" : "█";
  }

  String empty() {
    return plain() ? "." : "░";
  }

  /** The text without what cannot be shown. */
  String of(String text) {
    return plain() ? text.replace("µ", "u").replace("…", "...") : text;
  }

  private boolean plain() {
    return this == PLAIN_LOG || this == PLAIN_TERMINAL;
  }
}
