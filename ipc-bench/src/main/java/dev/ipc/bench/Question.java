// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/**
 * What is asked of several contenders in the same rounds.
 *
 * @param measure what a round finds out
 * @param size bytes of a message
 */
record Question(Measure measure, int size) {
  /** What the processes do. */
  Contender.Work work() {
    return switch (measure) {
      case ROUND_TRIP, RESTED -> Contender.Work.ROUND_TRIP;
      case ONE_WAY, IDLE -> Contender.Work.ONE_WAY;
    };
  }

  String title() {
    return measure == Measure.IDLE ? measure.title() : measure.title() + ", " + bytes();
  }

  private String bytes() {
    if (size >= 1 << 20 && size % (1 << 20) == 0) {
      return (size >> 20) + " MiB";
    }
    return size >= 1 << 10 && size % (1 << 10) == 0 ? (size >> 10) + " KiB" : size + " B";
  }
}
