// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

/**
 * How long an event loop spins after traffic: as long as it is told, and twice or four times as
 * long while that saves it from sleeping, since a wake-up costs the peer and us more than that. For
 * the loop's thread; all times in nanoseconds.
 */
final class SpinTime {
  /** How often the time may be doubled. */
  private static final int LONGEST_STRETCH = 2;

  private long until;
  private boolean over = true;

  /** How long to spin because of traffic since the last question; 0 if there was none. */
  private long again;

  /** How often the time is doubled. */
  private int stretch;

  /** It ended without traffic, at {@link #until}: what comes is late. */
  private boolean late;

  /** There was traffic: time begins anew, at the next question. */
  void traffic(long nanos) {
    again = Math.max(again, nanos);
  }

  /** There is nothing to spin for any more. */
  void end() {
    again = 0;
    over = true;
    late = false;
  }

  /** Whether it is over for certain, whatever the time. */
  boolean isOver() {
    return over && again == 0;
  }

  /** Whether it lasts. */
  boolean lasts(long now) {
    if (again != 0) {
      if (late) {
        late = false;
        stretch = longerIsWorth(now - until) ? stretch + 1 : 0;
      }
      long longest = now + (again << stretch);
      until = over ? longest : Math.max(until, longest);
      over = false;
      again = 0;
    } else if (now - until >= 0) {
      over = true;
      late = true;
    }
    return !over;
  }

  /** Whether the longest spin would have found what came so late. */
  private boolean longerIsWorth(long nanos) {
    return (again << stretch) + nanos < again << LONGEST_STRETCH;
  }
}
