// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the messages of one sender and checks their numbers. One thread counts, any may ask. */
public final class Tally {
  private final AtomicLong published = new AtomicLong();
  private final int mask;
  private long count;

  /** For numbers that use the whole int. */
  public Tally() {
    this(-1);
  }

  /** For numbers of which only these bits count. */
  public Tally(int mask) {
    this.mask = mask;
  }

  /** Takes the number of the next message. */
  public void next(int number) {
    if (((number ^ (int) count) & mask) != 0) {
      throw new IllegalStateException(
          "the wrong message arrived, expected=" + ((int) count & mask) + ", received=" + number);
    }
    published.lazySet(++count);
  }

  /** How many there were. */
  public long count() {
    return published.get();
  }
}
