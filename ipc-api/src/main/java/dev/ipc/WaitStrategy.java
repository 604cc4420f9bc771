// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.time.Duration;
import java.util.Objects;

/**
 * How a thread waits for the peer, on every transport: spinning for a bounded time after the last
 * traffic, then sleeping in the kernel until the peer rings. Spinning saves the kernel's wake-up,
 * tens of microseconds on virtual machines; the library spins with at most half of the processors,
 * and not at all where both peers share a single one.
 *
 * @param spin how long to spin after the last traffic; zero never spins. Where traffic keeps coming
 *     soon after that, sockets spin up to four times as long
 */
public record WaitStrategy(Duration spin) {
  private static final WaitStrategy ADAPTIVE = new WaitStrategy(Duration.ofNanos(50_000));
  private static final WaitStrategy SPINNING = new WaitStrategy(Duration.ofNanos(Long.MAX_VALUE));
  private static final WaitStrategy SLEEPING = new WaitStrategy(Duration.ZERO);

  /** Checks the time. */
  public WaitStrategy {
    Objects.requireNonNull(spin, "spin");
    if (spin.isNegative()) {
      throw new IllegalArgumentException("the time to spin is negative, spin=" + spin);
    }
  }

  /**
   * The default: still while idle, spins for 50 microseconds after the last traffic, sockets for up
   * to 200 where that saves them from sleeping.
   *
   * @return the strategy
   */
  public static WaitStrategy adaptive() {
    return ADAPTIVE;
  }

  /**
   * Spins always: the shortest round trip, for the price of a processor.
   *
   * @return the strategy
   */
  public static WaitStrategy spinning() {
    return SPINNING;
  }

  /**
   * Sleeps at once: the least processor time, each wake-up costs what the kernel takes.
   *
   * @return the strategy
   */
  public static WaitStrategy sleeping() {
    return SLEEPING;
  }

  /**
   * How long to spin.
   *
   * @return in nanoseconds, {@link Long#MAX_VALUE} for always
   */
  public long spinNanos() {
    return spin.compareTo(SPINNING.spin) >= 0 ? Long.MAX_VALUE : spin.toNanos();
  }
}
