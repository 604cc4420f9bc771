// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/**
 * What else happened while a window was open.
 *
 * @param foreignSeconds processor time that others used, or that the host took
 * @param windowSeconds how long the window was open
 * @param probeBefore what a cache line between the two processors took just before, in nanoseconds;
 *     NaN where there is no probe
 * @param probeAfter and just after
 */
record Disturbance(
    double foreignSeconds, double windowSeconds, double probeBefore, double probeAfter) {
  /** The kernel's clock ticks every 10 ms, and each of several clocks may be one tick off. */
  private static final double GRAIN = 0.03;

  private static final double FOREIGN = 0.05;

  /** The host moves virtual processors, and a cache line then takes a multiple of the time. */
  private static final double JUMP = 1.5;

  /** Whether the figures of the window are not to be trusted. */
  boolean disturbed() {
    return foreignSeconds > GRAIN + FOREIGN * windowSeconds || jump(probeBefore, probeAfter);
  }

  /** Whether both windows had their processors equally far apart. */
  boolean comparable(Disturbance other) {
    return !jump(probeAfter, other.probeAfter) && !jump(probeBefore, other.probeBefore);
  }

  private static boolean jump(double one, double other) {
    return Math.max(one, other) > JUMP * Math.min(one, other);
  }
}
