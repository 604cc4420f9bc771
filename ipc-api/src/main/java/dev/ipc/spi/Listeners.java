// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ClosedException;
import dev.ipc.Listener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/** The open listeners of a transport, and whether it is still open itself. Any thread. */
public final class Listeners {
  private final Set<Listener> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Those of a transport that is open. */
  public Listeners() {}

  /**
   * Makes sure that the transport is open.
   *
   * @throws ClosedException if it was closed
   */
  public void requireOpen() {
    if (closed) {
      throw new ClosedException("the context is closed");
    }
  }

  /**
   * Begins to listen, and has the listener end with the transport.
   *
   * @param <L> the kind of listener
   * @param listener holds its name already
   * @param start what makes it accept
   * @return the listener
   * @throws ClosedException if the transport was closed; then the listener is closed, too
   */
  public <L extends Listener> L open(L listener, Runnable start) {
    open.add(listener);
    try {
      start.run();
      requireOpen(); // whoever closes the transport has seen the listener, or we see the close
    } catch (RejectedExecutionException | ClosedException e) {
      listener.close();
      throw new ClosedException("the context is closed");
    }
    return listener;
  }

  /**
   * A listener was closed.
   *
   * @param listener need not be here
   */
  public void remove(Listener listener) {
    open.remove(listener);
  }

  /** The transport is closed from now on; {@link #closeAll} is to follow. */
  public void refuse() {
    closed = true;
  }

  /** Closes every listener. */
  public void closeAll() {
    open.forEach(Listener::close);
  }
}
