// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Capability;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.PeerIdentity;
import java.util.Set;

/**
 * What is known of a channel when it is made.
 *
 * @param endpoint where it was connected or accepted
 * @param config its settings
 * @param capabilities what it can do
 * @param peer who is on the other side
 * @param maxMessageLength what both sides agreed to carry, in bytes
 */
public record ChannelTraits(
    Endpoint endpoint,
    ChannelConfig config,
    Set<Capability> capabilities,
    PeerIdentity peer,
    int maxMessageLength) {

  /** Makes the set immutable. */
  public ChannelTraits {
    capabilities = Set.copyOf(capabilities);
  }
}
