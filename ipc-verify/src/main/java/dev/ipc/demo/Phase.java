// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.time.Duration;

/** What is done over each transport, in this order, each over a channel of its own. */
enum Phase {
  /** The files, there and back. */
  CONTENT("content", 0, 1),
  /** 32 bytes there and back, again and again. */
  ROUND_TRIP("round trip", 0.6, 1),
  /** As many messages of 32 bytes as possible, one way. */
  RATE("messages/s", 0.4, 1),
  /** As many messages of 64 KiB as possible, one way. */
  BANDWIDTH("MB/s", 0.2, 0.5);

  private final String title;
  private final double warmUp;
  private final double run;

  Phase(String title, double warmUp, double run) {
    this.title = title;
    this.warmUp = warmUp;
    this.run = run;
  }

  String title() {
    return title;
  }

  /** How long to run before anything counts. */
  Duration warmUp(double seconds) {
    return duration(warmUp * seconds);
  }

  /** How long to measure. */
  Duration run(double seconds) {
    return duration(run * seconds);
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
