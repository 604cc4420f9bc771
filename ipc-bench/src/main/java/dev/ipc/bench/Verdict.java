// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** What became of a target. */
enum Verdict {
  MET("met"),
  MISSED("MISSED"),
  UNDECIDED("undecided"),
  NOT_MEASURED("not measured");

  private final String title;

  Verdict(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
