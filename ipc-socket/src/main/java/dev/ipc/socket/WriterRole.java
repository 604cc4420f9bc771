// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who writes: the event loop, or a sender. Nobody waits for it: a sender that finds it taken leaves
 * the writing to others, and the event loop is told when it is to come again.
 */
final class WriterRole {
  private static final int FREE = 0;
  private static final int TAKEN = 1;

  /** The event loop has come in vain. */
  private static final int MISSED = 2;

  private final AtomicInteger state = new AtomicInteger(FREE);

  /** For the event loop; if it is taken, whoever has it will be told by {@link #leave}. */
  boolean take() {
    while (!tryTake()) {
      if (state.compareAndSet(TAKEN, MISSED) || state.get() == MISSED) {
        return false;
      }
    }
    return true;
  }

  /** For a sender. */
  boolean tryTake() {
    return state.get() == FREE && state.compareAndSet(FREE, TAKEN);
  }

  /** Returns false if the event loop has come in vain. */
  boolean leave() {
    return state.getAndSet(FREE) == TAKEN;
  }

  /** Whether the event loop has come in vain. */
  boolean isMissed() {
    return state.get() == MISSED;
  }

  boolean isTaken() {
    return state.get() != FREE;
  }
}
