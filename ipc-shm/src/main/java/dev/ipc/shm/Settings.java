// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Capability;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.PeerIdentity;
import dev.ipc.WaitStrategy;
import dev.ipc.spi.Agreement;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.Hello;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an endpoint and its settings mean for the channels made there.
 *
 * @param endpoint where
 * @param config the settings
 * @param poller on which thread
 * @param memory for control frames
 */
record Settings(Endpoint endpoint, ChannelConfig config, Poller poller, BufferSource memory) {
  static final Set<Capability> CAPABILITIES =
      Set.copyOf(
          EnumSet.of(
              Capability.LISTEN,
              Capability.HANDSHAKE,
              Capability.RELIABLE,
              Capability.ORDERED,
              Capability.HALF_CLOSE,
              Capability.DRAIN,
              Capability.PEER_CREDENTIALS,
              Capability.PEER_DEATH,
              Capability.ZERO_COPY_SEND,
              Capability.ZERO_COPY_RECEIVE));

  /** How we introduce ourselves. */
  Hello hello() {
    return Hello.ours(config, endpoint.scheme(), RingOption.of(endpoint));
  }

  /** A channel after the handshake, not yet open. */
  ShmChannel channel(ControlSocket control, Segment segment, Hello ours, Agreement agreed)
      throws IOException {
    PeerIdentity peer = new PeerIdentity(control.peerUser(), agreed.peer().host().pid());
    ChannelConfig waiting =
        ours.sharesSingleCpu(agreed.peer())
            ? config.toBuilder().waitStrategy(WaitStrategy.sleeping()).build()
            : config;
    ChannelTraits traits =
        new ChannelTraits(endpoint, waiting, CAPABILITIES, peer, agreed.maxMessageLength());
    return new ShmChannel(traits, poller, segment, control);
  }
}
