// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

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
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.Terms;
import dev.ipc.spi.Users;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an endpoint and its settings mean for the channels made there.
 *
 * @param endpoint where
 * @param config the settings
 * @param framing how messages stand in the stream
 * @param memory for what waits to be sent
 * @param threads of the transport
 * @param place where files are made, any thread; throws if the transport is closed
 */
record Settings(
    Endpoint endpoint,
    ChannelConfig config,
    Framing framing,
    BufferSource memory,
    Threads threads,
    Supplier<RuntimeDirectory> place) {
  static final String FRAMING = "framing";

  static Framing framing(Endpoint endpoint) {
    return Framing.of(endpoint.option(FRAMING).orElse("native"));
  }

  static Set<Capability> capabilities(Endpoint endpoint) {
    if (Role.of(endpoint) != Role.BOTH) {
      return EnumSet.of(Capability.RELIABLE, Capability.ORDERED);
    }
    Set<Capability> can =
        EnumSet.of(
            Capability.RELIABLE,
            Capability.ORDERED,
            Capability.HALF_CLOSE,
            Capability.PEER_CREDENTIALS,
            Capability.ZERO_COPY_SEND,
            Capability.ZERO_COPY_RECEIVE);
    if (framing(endpoint).isNative()) {
      can.addAll(Set.of(Capability.HANDSHAKE, Capability.DRAIN, Capability.PEER_DEATH));
    }
    if (endpoint.scheme().equals("fifo")) {
      can.add(Capability.LISTEN);
    }
    return can;
  }

  /**
   * How we introduce ourselves: parent and child have different schemes for the same streams, and
   * do not know who else is between them.
   */
  Hello hello() {
    return endpoint.scheme().equals("fifo")
        ? Hello.ours(config, "fifo").with(Terms.COPIES)
        : Hello.ours(config, "stdio");
  }

  /** What is known of a channel after a handshake. */
  Agreed agreed(Hello ours, Agreement agreement) {
    Hello peer = agreement.peer();
    boolean single = ours.sharesSingleCpu(peer);
    ChannelTraits traits = traits(peer.host().pid(), agreement.maxMessageLength(), single);
    Spool.Maker spools = () -> Spool.create(place.get());
    return new Agreed(traits, Optional.of(spools).filter(s -> ours.shares(Terms.COPIES, peer)));
  }

  /** What is known of a channel that speaks a plain framing. */
  Agreed plain(OptionalLong pid) {
    int longest = Math.min(config.maxMessageLength(), framing.largestMessage());
    return new Agreed(traits(pid, longest, false), Optional.empty());
  }

  /** The other side is of our own user, or it could not have opened the pipes of a pair. */
  private ChannelTraits traits(OptionalLong pid, int longest, boolean singleCpu) {
    ChannelConfig waiting =
        singleCpu ? config.toBuilder().waitStrategy(WaitStrategy.sleeping()).build() : config;
    Optional<UserPrincipal> user =
        Optional.of(Users.self()).filter(self -> Role.of(endpoint) == Role.BOTH);
    PeerIdentity peer = new PeerIdentity(user, pid);
    return new ChannelTraits(endpoint, waiting, capabilities(endpoint), peer, longest);
  }
}
