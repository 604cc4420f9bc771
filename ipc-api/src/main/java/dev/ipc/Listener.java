// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Owns a name and hands out the channels of the clients that connect to it. A client is connected,
 * and may send, before its channel is accepted here: up to 128 connected channels wait; further
 * clients are told to come again.
 *
 * <p>Any thread may call any method. A listener is either pulled ({@link #accept}) or pushed
 * ({@link #onAccept}); mixing is an {@link IllegalStateException}. It does not keep track of the
 * channels it handed out and closing it leaves them alone.
 */
public interface Listener extends AutoCloseable {
  /**
   * Takes the next connected channel, waiting for one if need be.
   *
   * @param timeout how long to wait; zero or less does not wait
   * @return the channel, the caller's to close; empty when none came in time
   * @throws ClosedException if the listener is or gets closed
   * @throws IllegalStateException on a transport thread
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  Optional<Channel> accept(Duration timeout) throws InterruptedException;

  /**
   * Hands every connected channel to the handler, on a transport thread, from now on. May be called
   * once. The channel is the handler's to close; one whose handler throws is aborted.
   *
   * @param handler takes each channel, must not block
   */
  void onAccept(Consumer<? super Channel> handler);

  /**
   * The bound address, with what was chosen at bind time (such as the port for port 0) filled in;
   * stays readable after the end.
   *
   * @return the endpoint a client connects to
   */
  Endpoint endpoint();

  /**
   * Gives up the name and closes the channels that nobody accepted yet. Removes only what is still
   * its own. Idempotent; keeps the interrupt flag.
   */
  @Override
  void close();
}
