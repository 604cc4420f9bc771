// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Capability;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.PeerIdentity;
import dev.ipc.WaitStrategy;
import dev.ipc.spi.Agreement;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.Framing;
import dev.ipc.spi.Hello;
import java.io.IOException;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What an endpoint and its settings mean for the channels made there.
 *
 * @param endpoint where
 * @param config the settings
 * @param framing how messages stand in the stream
 * @param memory for what waits to be sent
 */
record Setup(Endpoint endpoint, ChannelConfig config, Framing framing, BufferSource memory) {
  static Framing framing(Endpoint endpoint) {
    return Framing.of(endpoint.option(SocketTransport.FRAMING).orElse("native"));
  }

  static Set<Capability> capabilities(Endpoint endpoint) {
    Set<Capability> can =
        EnumSet.of(
            Capability.LISTEN,
            Capability.RELIABLE,
            Capability.ORDERED,
            Capability.HALF_CLOSE,
            Capability.ZERO_COPY_SEND,
            Capability.ZERO_COPY_RECEIVE);
    if (framing(endpoint).isNative()) {
      can.addAll(Set.of(Capability.HANDSHAKE, Capability.DRAIN, Capability.PEER_DEATH));
    }
    can.add(Address.isUnix(endpoint) ? Capability.PEER_CREDENTIALS : Capability.REMOTE);
    return can;
  }

  /** A channel after a handshake. */
  FramedChannel agreed(Connection connection, Hello ours, Agreement agreement) throws IOException {
    OptionalLong pid = agreement.peer().host().pid();
    PeerIdentity peer = new PeerIdentity(user(connection), pid);
    boolean single = ours.sharesSingleCpu(agreement.peer());
    return channel(connection, peer, agreement.maxMessageLength(), single);
  }

  /** A channel that speaks a plain framing. */
  FramedChannel plain(Connection connection) throws IOException {
    PeerIdentity peer = new PeerIdentity(user(connection), OptionalLong.empty());
    int longest = Math.min(config.maxMessageLength(), framing.largestMessage());
    return channel(connection, peer, longest, false);
  }

  private FramedChannel channel(
      Connection connection, PeerIdentity peer, int longest, boolean singleCpu) {
    ChannelConfig waiting =
        singleCpu ? config.toBuilder().waitStrategy(WaitStrategy.sleeping()).build() : config;
    ChannelTraits traits =
        new ChannelTraits(endpoint, waiting, capabilities(endpoint), peer, longest);
    return new FramedChannel(traits, connection, framing, memory);
  }

  private Optional<UserPrincipal> user(Connection connection) throws IOException {
    return Address.isUnix(endpoint) ? connection.peerUser() : Optional.empty();
  }
}
