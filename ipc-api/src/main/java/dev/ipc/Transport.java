// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.util.Set;

/**
 * One way for processes to talk: the interface a transport's author implements. {@code dev.ipc.spi}
 * has what transports share, and the contract kit proves the result.
 *
 * <p>Transports are found by {@link java.util.ServiceLoader}, each context has its own instance,
 * made by the public no-argument constructor, which must be cheap: threads and native resources
 * start with the first use. All methods may be called by any thread.
 *
 * <p>Ownership: what {@code connect} and {@code listen} return is the caller's. When they throw,
 * nothing is left: no file, thread or descriptor. Errors are the leaves of {@link IpcException};
 * the only other exceptions are {@link InterruptedException} and those of a caller's mistake (null,
 * wrong thread).
 */
public interface Transport extends AutoCloseable {
  /**
   * The schemes it serves.
   *
   * @return lower case, without colon, not empty, always the same
   */
  Set<String> schemes();

  /**
   * What channels at this endpoint can do. No I/O.
   *
   * @param endpoint a checked endpoint of one of the schemes
   * @return an immutable set
   */
  Set<Capability> capabilities(Endpoint endpoint);

  /**
   * Checks all that can be known without I/O: the form and the length of the address, the keys and
   * values of the options.
   *
   * @param endpoint an endpoint of one of the schemes
   * @throws InvalidEndpointException with the value and what is allowed
   */
  void check(Endpoint endpoint);

  /**
   * Connects to a listener; returns when the handshake is done. Blocks at most {@link
   * ChannelConfig#connectTimeout()}, waiting for a listener that is not there yet, plus the
   * handshake. Never called on a transport thread.
   *
   * @param endpoint a checked endpoint
   * @param config the settings, the endpoint's options applied
   * @return a ready channel
   * @throws EndpointAbsentException if nobody listens
   * @throws UnusableEndpointException if something else is in the place, or permission is denied
   * @throws RefusedException if the peer, or our check of the peer, said no
   * @throws IncompatiblePeerException if what answers does not speak the protocol
   * @throws IpcTimeoutException if somebody is there but does not answer in time
   * @throws StorageFullException if there is no room for what the connection stores
   * @throws InterruptedException if the thread was interrupted; nothing is left
   */
  Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException;

  /**
   * Takes the name and starts to accept clients.
   *
   * @param endpoint a checked endpoint
   * @param config the settings for accepted channels, the endpoint's options applied
   * @return a listener that clients can connect to
   * @throws EndpointInUseException if a live listener owns the name
   * @throws UnusableEndpointException if something else is in the place, or permission is denied
   */
  Listener listen(Endpoint endpoint, ChannelConfig config);

  /**
   * Ends the transport with its context: aborts what is still open, ends its threads. Idempotent,
   * waits a bounded time.
   */
  @Override
  void close();
}
