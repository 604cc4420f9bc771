// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.Arrays;
import java.util.stream.Stream;

/** Counts and checks what several threads of one client send: the upper bits name the thread. */
public final class Lanes {
  private static final int SHIFT = 28;
  private static final int MASK = (1 << SHIFT) - 1;
  private static final int MOST = 8;

  private final Tally[] tallies =
      Stream.generate(() -> new Tally(MASK)).limit(MOST).toArray(Tally[]::new);

  /** Mostly there is one thread; then this is as good as a single {@link Tally}. */
  private final Tally first = tallies[0];

  /** The number of a thread's next message. */
  public static int number(int thread, long sequence) {
    return thread << SHIFT | ((int) sequence & MASK);
  }

  /** Takes the number of the next message. One thread. */
  public void next(int number) {
    int lane = number >>> SHIFT;
    (lane == 0 ? first : tallies[lane]).next(number);
  }

  /** How many there were. Any thread. */
  public long count() {
    return Arrays.stream(tallies).mapToLong(Tally::count).sum();
  }
}
