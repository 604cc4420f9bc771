// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.Fields;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who writes: the event loop, or a sender. Nobody waits for it: a sender that finds it taken leaves
 * the writing to others, and the event loop is told when it is to come again.
 */
final class WriterRole {
  private static final int FREE = 0;
  private static final int TAKEN = 1;

  /** The event loop has come in vain. */
  private static final int MISSED = 2;

  private static final VarHandle STATE =
      Fields.handle(MethodHandles.lookup(), WriterRole.class, "state", int.class);

  private volatile int state = FREE;

  /** For the event loop; if it is taken, whoever has it will be told by {@link #leave}. */
  boolean take() {
    while (!tryTake()) {
      if (STATE.compareAndSet(this, TAKEN, MISSED) || state == MISSED) {
        return false;
      }
    }
    return true;
  }

  /** For a sender. */
  boolean tryTake() {
    return state == FREE && STATE.compareAndSet(this, FREE, TAKEN);
  }

  /** Returns false if the event loop has come in vain. */
  boolean leave() {
    return (int) STATE.getAndSet(this, FREE) == TAKEN;
  }

  /** Whether the event loop has come in vain. */
  boolean isMissed() {
    return state == MISSED;
  }

  boolean isTaken() {
    return state != FREE;
  }
}
