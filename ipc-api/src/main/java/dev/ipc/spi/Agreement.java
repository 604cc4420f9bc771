// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.Objects;

/**
 * What a handshake has agreed.
 *
 * @param peer how the peer introduced itself
 * @param version of the protocol
 * @param maxMessageLength the longest message in either direction, in bytes
 */
public record Agreement(Hello peer, int version, int maxMessageLength) {
  /** Checks that nothing is null. */
  public Agreement {
    Objects.requireNonNull(peer, "peer");
  }
}
