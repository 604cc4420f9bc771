// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.time.Duration;

/** Points in time on the monotonic clock, in nanoseconds; no wall clock ever decides anything. */
public final class Deadline {
  private static final long FOREVER = Long.MAX_VALUE / 2;

  private Deadline() {}

  /**
   * The point that lies this far ahead.
   *
   * @param timeout zero or less for now
   * @return comparable only by {@link #left}
   */
  public static long after(Duration timeout) {
    return System.nanoTime() + nanos(timeout);
  }

  /**
   * How far ahead a point lies.
   *
   * @param deadline from {@link #after}
   * @return in nanoseconds, zero or less when it has passed
   */
  public static long left(long deadline) {
    return deadline - System.nanoTime();
  }

  /**
   * A duration in nanoseconds, without overflow.
   *
   * @param timeout any duration
   * @return at least 0, at most about 146 years
   */
  public static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      return 0;
    }
    return timeout.toSeconds() >= FOREVER / 1_000_000_000L ? FOREVER : timeout.toNanos();
  }
}
