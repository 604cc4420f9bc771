// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who may look at the shared memory, and until when. Whoever looks at memory that is no longer
 * mapped ends the process, so every access is one of these:
 *
 * <ul>
 *   <li>by the sender that holds the send lock, by the thread that pulls, or by the poller: after
 *       it has become that, it asks {@link #isOver}
 *   <li>by anybody else: between {@link #enter} and {@link #leave}
 * </ul>
 *
 * <p>SYNC lease: a visitor enters, by an atomic instruction, before it looks whether it is over;
 * who ends the lease says so before it looks whether anybody is inside. So one of the two sees the
 * other.
 */
final class Lease {
  private final AtomicInteger visitors = new AtomicInteger();
  private volatile boolean over;

  /** Whether the memory may no longer be looked at. */
  boolean isOver() {
    return over;
  }

  /** Asks to look at the memory; if it may, the caller calls {@link #leave} afterwards. */
  boolean enter() {
    visitors.getAndIncrement();
    if (over) {
      visitors.getAndDecrement();
      return false;
    }
    return true;
  }

  void leave() {
    visitors.getAndDecrement();
  }

  /** Nobody may enter any more. */
  void end() {
    over = true;
  }

  /** Whether all visitors are gone. */
  boolean isDeserted() {
    return visitors.get() == 0;
  }
}
