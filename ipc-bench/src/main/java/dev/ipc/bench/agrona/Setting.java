// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import java.util.List;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** How Agrona is used. */
enum Setting {
  /** As it comes: bounds are checked, and a read takes all there is. */
  DEFAULT,
  /** As in its own benchmarks: bounds are not checked, and a read takes a few messages. */
  TUNED;

  /** The sender has room again only after a whole read: 64, 256 and no limit were not faster. */
  private static final int FEW = 16;

  /** How many messages a read takes at most. */
  int limit() {
    return this == TUNED ? FEW : Integer.MAX_VALUE;
  }

  /** The JVM options for speed. */
  List<String> options() {
    return this == TUNED ? List.of("-Dagrona.disable.bounds.checks=true") : List.of();
  }

  /**
   * How a sender waits for room. Several on one processor also wait for one that was interrupted
   * before its message was complete, and yield to it.
   */
  IdleStrategy idle(int senders) {
    return this == TUNED && senders > 1 ? new YieldingIdleStrategy() : new BusySpinIdleStrategy();
  }
}
