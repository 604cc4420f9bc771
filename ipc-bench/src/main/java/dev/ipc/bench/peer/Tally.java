// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What one end has received, and why it failed. One thread at a time takes messages; any thread
 * reads.
 */
public final class Tally {
  private final int size;
  private final AtomicLong received = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long next;

  /** Expects messages of {@code size} bytes, the first with number 0. */
  public Tally(int size) {
    this.size = size;
  }

  /** Counts a message; throws when it is not the next, or not whole. */
  public void take(int number, int length) {
    if (number != (int) next || length != size) {
      throw new IllegalStateException(
          "expected message %d of %d bytes, number=%d, length=%d"
              .formatted(next, size, number, length));
    }
    next++;
    received.lazySet(next);
  }

  /** How many messages were taken. */
  public long received() {
    return received.get();
  }

  /** Remembers the first failure only. */
  public void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  /** The first failure, or null. */
  public Throwable failure() {
    return failure.get();
  }

  /** Throws when there was a failure. */
  public void check() {
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
  }
}
