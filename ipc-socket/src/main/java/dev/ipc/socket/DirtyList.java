// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The connections that have something to write, linked through themselves, so that adding one
 * allocates nothing. Any thread adds, the event loop takes; a connection is in the list once.
 */
final class DirtyList {
  /** Newest first. */
  private final AtomicReference<Connection> added = new AtomicReference<>();

  /** Oldest first; the event loop's own. */
  private Connection taken;

  void add(Connection connection) {
    if (!connection.enlist()) {
      return;
    }
    Connection newest;
    do {
      newest = added.get();
      connection.nextDirty = newest;
    } while (!added.compareAndSet(newest, connection));
  }

  /** The one that has waited longest; null if there is none. On the event loop. */
  Connection poll() {
    if (taken == null) {
      takeAdded();
    }
    Connection first = taken;
    if (first != null) {
      taken = first.nextDirty;
      first.nextDirty = null;
      first.delist(); // SYNC dirty-list: before what it has to write is looked at
    }
    return first;
  }

  /** Whether there is nothing to write. On the event loop. */
  boolean isEmpty() {
    return taken == null && added.get() == null;
  }

  private void takeAdded() {
    Connection newest = added.get() == null ? null : added.getAndSet(null);
    while (newest != null) {
      Connection next = newest.nextDirty;
      newest.nextDirty = taken;
      taken = newest;
      newest = next;
    }
  }
}
