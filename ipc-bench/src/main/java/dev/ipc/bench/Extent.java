// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How much is measured. */
enum Extent {
  QUICK(165),
  ORDINARY(560),
  FULL(7000);

  private final int seconds;

  Extent(int seconds) {
    this.seconds = seconds;
  }

  int seconds() {
    return seconds;
  }

  Timing timing() {
    return switch (this) {
      case QUICK -> new Timing(Duration.ofMillis(250), Duration.ofMillis(600), 3);
      case ORDINARY -> new Timing(Duration.ofMillis(300), Duration.ofMillis(750), 3);
      case FULL -> new Timing(Duration.ofMillis(500), Duration.ofMillis(3000), 7);
    };
  }

  Plan plan(Catalog catalog) {
    return switch (this) {
      case QUICK -> Plan.quick(catalog);
      case ORDINARY -> Plan.ordinary(catalog);
      case FULL -> Plan.full(catalog);
    };
  }

  /** On the command line. */
  static final class Flags {
    @Option(names = "--quick", description = "The most important targets, under three minutes.")
    private boolean quick;

    @Option(names = "--full", description = "Every system and every size, under two hours.")
    private boolean full;

    Extent chosen() {
      return quick ? QUICK : full ? FULL : ORDINARY;
    }
  }
}
