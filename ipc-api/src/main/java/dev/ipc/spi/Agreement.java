// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.Objects;

/**
 * What a handshake has agreed.
 *
 * @param peer how the peer introduced itself
 * @param version of the protocol
 * @param maxMessageLength the longest message in either direction, in bytes
 * @param ringCapacity of each ring of shared memory, in bytes; 0 if either side named none
 */
public record Agreement(Hello peer, int version, int maxMessageLength, int ringCapacity) {
  /** Checks that nothing is null. */
  public Agreement {
    Objects.requireNonNull(peer, "peer");
  }
}
