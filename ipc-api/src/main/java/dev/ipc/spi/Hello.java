// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ChannelConfig;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * The payload of HELLO and WELCOME: how a process introduces itself. Immutable.
 *
 * @param minVersion the oldest version of the protocol it speaks; in a WELCOME the chosen one
 * @param maxVersion the newest version of the protocol it speaks; in a WELCOME the chosen one
 * @param terms what it wants
 * @param host where it runs
 * @param segment the shared memory of the connection, in a WELCOME of {@code shm:}
 */
public record Hello(
    int minVersion, int maxVersion, Terms terms, Host host, Optional<SegmentName> segment) {
  /** The version of the protocol that this library speaks. */
  public static final int VERSION = 1;

  /** Checks the values. */
  public Hello {
    Objects.requireNonNull(terms, "terms");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(segment, "segment");
    if (minVersion < 1 || maxVersion < minVersion || maxVersion > 0xffff) {
      throw new IllegalArgumentException(
          "the versions are out of order, minVersion=" + minVersion + ", maxVersion=" + maxVersion);
    }
  }

  /**
   * An introduction without shared memory.
   *
   * @param minVersion the oldest version of the protocol it speaks
   * @param maxVersion the newest version of the protocol it speaks
   * @param terms what it wants
   * @param host where it runs
   */
  public Hello(int minVersion, int maxVersion, Terms terms, Host host) {
    this(minVersion, maxVersion, terms, host, Optional.empty());
  }

  /**
   * How this process introduces itself.
   *
   * @param config the settings of the channel
   * @param scheme the mechanism
   * @return what to send
   */
  public static Hello ours(ChannelConfig config, String scheme) {
    return ours(config, scheme, 0);
  }

  /**
   * How this process introduces itself where there is shared memory.
   *
   * @param config the settings of the channel
   * @param scheme the mechanism
   * @param ringCapacity how large a ring it wants, in bytes
   * @return what to send
   */
  public static Hello ours(ChannelConfig config, String scheme, int ringCapacity) {
    Terms terms = new Terms(scheme, config.maxMessageLength(), 0, config.token(), ringCapacity);
    return new Hello(VERSION, VERSION, terms, Host.local());
  }

  /**
   * The same introduction with features.
   *
   * @param features a set of bits, see {@link Terms}
   * @return what to send
   */
  public Hello with(long features) {
    return new Hello(minVersion, maxVersion, terms.with(features), host, segment);
  }

  /**
   * Whether both processes have a feature.
   *
   * @param feature a bit, see {@link Terms}
   * @param peer how the other process introduced itself
   * @return whether it holds for the channel
   */
  public boolean shares(long feature, Hello peer) {
    return (terms.features() & peer.terms.features() & feature) != 0;
  }

  /**
   * Whether both processes have but one processor together, so that spinning makes no sense.
   *
   * @param peer how the other process introduced itself
   * @return false also if it is not known
   */
  public boolean sharesSingleCpu(Hello peer) {
    return host.sharesSingleCpu(peer.host);
  }

  /**
   * Encodes a whole HELLO frame.
   *
   * @return a new buffer
   * @throws IllegalArgumentException if it becomes longer than {@link Frame#MAX_CONTROL}
   */
  public ByteBuffer helloFrame() {
    return HelloCodec.encode(Frame.HELLO, this);
  }

  /**
   * Encodes the whole WELCOME frame that answers a HELLO; it holds no token.
   *
   * @param agreed what was agreed
   * @return a new buffer
   */
  ByteBuffer welcomeFrame(Agreement agreed) {
    return HelloCodec.encode(Frame.WELCOME, welcome(agreed, Optional.empty()));
  }

  ByteBuffer welcomeFrame(Agreement agreed, SegmentName named) {
    return HelloCodec.encode(Frame.WELCOME, welcome(agreed, Optional.of(named)));
  }

  private Hello welcome(Agreement agreed, Optional<SegmentName> named) {
    int version = agreed.version();
    return new Hello(version, version, terms.answer(agreed.ringCapacity()), host, named);
  }

  /**
   * Decodes the payload of a HELLO or WELCOME frame.
   *
   * @param payload from position to limit
   * @return what the peer said
   * @throws ProtocolViolation if it is malformed
   */
  public static Hello decode(ByteBuffer payload) {
    return HelloCodec.decode(payload);
  }

  /**
   * Agrees with a peer, on either side. The token is the accepting side's to check: {@link
   * Handshake}.
   *
   * @param peer how the peer introduced itself
   * @return what holds for the channel
   * @throws Refusal if there is nothing to agree on
   */
  Agreement negotiate(Hello peer) throws Refusal {
    int version = Math.min(maxVersion, peer.maxVersion);
    if (version < Math.max(minVersion, peer.minVersion)) {
      throw new Refusal(
          RefuseCode.VERSION,
          "no common version, ours="
              + minVersion
              + "-"
              + maxVersion
              + ", theirs="
              + peer.minVersion
              + "-"
              + peer.maxVersion);
    }
    if (!terms.scheme().equals(peer.terms.scheme())) {
      throw new Refusal(
          RefuseCode.SCHEME,
          "the schemes differ, ours=" + terms.scheme() + ", theirs=" + peer.terms.scheme());
    }
    int length = Math.min(terms.maxMessageLength(), peer.terms.maxMessageLength());
    int ring = Math.min(terms.ringCapacity(), peer.terms.ringCapacity());
    return new Agreement(peer, version, length, ring);
  }

  /** Why there is no agreement; never leaves this package. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final RefuseCode code;

    Refusal(RefuseCode code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    RefuseCode code() {
      return code;
    }
  }
}
