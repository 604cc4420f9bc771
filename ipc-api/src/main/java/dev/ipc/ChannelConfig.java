// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of channels. Immutable; {@link #toBuilder()} makes a changed copy. Options of an
 * {@link Endpoint} override them: {@code maxMessage}, {@code sendBuffer}, {@code receiveBuffer}
 * (bytes, or with {@code k} or {@code m} behind, in powers of 1,024), {@code connectTimeout},
 * {@code handshakeTimeout}, {@code frameTimeout}, {@code sendTimeout}, {@code closeTimeout} (a
 * number with {@code ms}, {@code s} or {@code m} behind), {@code wait} ({@code adaptive}, {@code
 * spinning}, {@code sleeping}), {@code copy} ({@code true}, {@code false}).
 */
public final class ChannelConfig {
  private static final int LONGEST_TOKEN = 512;
  private static final int LARGEST_BUFFER = 1 << 30;
  private static final ChannelConfig DEFAULTS = new Builder().build();

  private final int maxMessageLength;
  private final int sendBuffer;
  private final int receiveBuffer;
  private final Duration connectTimeout;
  private final Duration handshakeTimeout;
  private final Duration frameTimeout;
  private final Duration sendTimeout;
  private final Duration closeTimeout;
  private final WaitStrategy waitStrategy;
  private final boolean copyReceived;
  private final String token;

  private ChannelConfig(Builder builder) {
    maxMessageLength = bytes("maxMessage", builder.maxMessageLength, 1);
    sendBuffer = bytes("sendBuffer", builder.sendBuffer, 1024);
    receiveBuffer = bytes("receiveBuffer", builder.receiveBuffer, 1024);
    connectTimeout = time("connectTimeout", builder.connectTimeout);
    handshakeTimeout = positive("handshakeTimeout", builder.handshakeTimeout);
    frameTimeout = positive("frameTimeout", builder.frameTimeout);
    sendTimeout = time("sendTimeout", builder.sendTimeout);
    closeTimeout = time("closeTimeout", builder.closeTimeout);
    waitStrategy = Objects.requireNonNull(builder.waitStrategy, "waitStrategy");
    copyReceived = builder.copyReceived;
    token = Objects.requireNonNull(builder.token, "token");
    if (token.length() > LONGEST_TOKEN) {
      throw new IllegalArgumentException(
          "the token is too long, length=" + token.length() + ", longest=" + LONGEST_TOKEN);
    }
  }

  /**
   * The default settings.
   *
   * @return 16 MiB messages, 256 KiB buffers, 10 s for a frame, 5 s for everything else, adaptive
   *     waiting
   */
  public static ChannelConfig defaults() {
    return DEFAULTS;
  }

  /**
   * Starts from the default settings.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts from these settings.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * The keys that every transport understands in the options of an endpoint.
   *
   * @return an immutable set
   */
  public static Set<String> optionKeys() {
    return ConfigOption.KEYS;
  }

  /**
   * These settings with the options of an endpoint applied; keys that are not in {@link
   * #optionKeys()} are left to the transport.
   *
   * @param endpoint where the options stand
   * @return the changed settings
   * @throws InvalidEndpointException if a value is malformed or out of range
   */
  public ChannelConfig with(Endpoint endpoint) {
    Builder builder = toBuilder();
    boolean changed = false;
    for (ConfigOption option : ConfigOption.values()) {
      Optional<String> value = endpoint.option(option.key());
      if (value.isPresent()) {
        option.apply(endpoint, value.get(), builder);
        changed = true;
      }
    }
    return changed ? builder.build() : this;
  }

  /**
   * The longest message we send or accept; the peers agree on the smaller one of theirs.
   *
   * @return in bytes
   */
  public int maxMessageLength() {
    return maxMessageLength;
  }

  /**
   * How much may wait to be sent, per channel; one message more where nothing else waits.
   *
   * @return in bytes
   */
  public int sendBuffer() {
    return sendBuffer;
  }

  /**
   * How much may wait to be received, per channel; one message more where nothing else waits.
   *
   * @return in bytes
   */
  public int receiveBuffer() {
    return receiveBuffer;
  }

  /**
   * How long a connect waits for a listener that is not there yet.
   *
   * @return zero for a single attempt
   */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * How long the peer may take for the handshake once it is reached.
   *
   * @return a time, greater than zero
   */
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /**
   * How long the peer may take to complete a frame once begun, while we read.
   *
   * @return a time, greater than zero
   */
  public Duration frameTimeout() {
    return frameTimeout;
  }

  /**
   * How long a send waits for room on a transport thread.
   *
   * @return a time
   */
  public Duration sendTimeout() {
    return sendTimeout;
  }

  /**
   * How long a close waits for the peer before it cuts.
   *
   * @return a time
   */
  public Duration closeTimeout() {
    return closeTimeout;
  }

  /**
   * How threads wait for the peer.
   *
   * @return the strategy
   */
  public WaitStrategy waitStrategy() {
    return waitStrategy;
  }

  /**
   * Whether handlers get a private copy of each message, which they may keep.
   *
   * @return false by default
   */
  public boolean copyReceived() {
    return copyReceived;
  }

  /**
   * The shared secret that a connecting peer must present, for transports without an identity of
   * their own such as loopback TCP. It crosses the connection as it is.
   *
   * @return empty by default: none is asked for
   */
  public String token() {
    return token;
  }

  private static int bytes(String name, int value, int least) {
    if (value < least || value > LARGEST_BUFFER) {
      throw new IllegalArgumentException(
          "the size is out of range, "
              + name
              + "="
              + value
              + ", least="
              + least
              + ", largest="
              + LARGEST_BUFFER);
    }
    return value;
  }

  private static Duration positive(String name, Duration value) {
    if (value.isZero()) {
      throw new IllegalArgumentException("the time is zero, " + name + "=" + value);
    }
    return time(name, value);
  }

  private static Duration time(String name, Duration value) {
    if (value.isNegative() || value.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(
          "the time is negative or longer than a year, " + name + "=" + value);
    }
    return value;
  }

  /** Collects settings. Not for several threads at once. */
  public static final class Builder {
    private int maxMessageLength = 16 * 1024 * 1024;
    private int sendBuffer = 256 * 1024;
    private int receiveBuffer = 256 * 1024;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration handshakeTimeout = Duration.ofSeconds(5);
    private Duration frameTimeout = Duration.ofSeconds(10);
    private Duration sendTimeout = Duration.ofSeconds(5);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private WaitStrategy waitStrategy = WaitStrategy.adaptive();
    private boolean copyReceived;
    private String token = "";

    private Builder() {}

    private Builder(ChannelConfig config) {
      maxMessageLength = config.maxMessageLength;
      sendBuffer = config.sendBuffer;
      receiveBuffer = config.receiveBuffer;
      connectTimeout = config.connectTimeout;
      handshakeTimeout = config.handshakeTimeout;
      frameTimeout = config.frameTimeout;
      sendTimeout = config.sendTimeout;
      closeTimeout = config.closeTimeout;
      waitStrategy = config.waitStrategy;
      copyReceived = config.copyReceived;
      token = config.token;
    }

    /**
     * Sets {@link ChannelConfig#maxMessageLength()}.
     *
     * @param value in bytes, 1 to 1 GiB
     * @return this
     */
    public Builder maxMessageLength(int value) {
      maxMessageLength = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#sendBuffer()}.
     *
     * @param value in bytes, 1 KiB to 1 GiB
     * @return this
     */
    public Builder sendBuffer(int value) {
      sendBuffer = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#receiveBuffer()}.
     *
     * @param value in bytes, 1 KiB to 1 GiB
     * @return this
     */
    public Builder receiveBuffer(int value) {
      receiveBuffer = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#connectTimeout()}.
     *
     * @param value zero for a single attempt
     * @return this
     */
    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#handshakeTimeout()}.
     *
     * @param value a time, greater than zero
     * @return this
     */
    public Builder handshakeTimeout(Duration value) {
      handshakeTimeout = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#frameTimeout()}.
     *
     * @param value a time, greater than zero
     * @return this
     */
    public Builder frameTimeout(Duration value) {
      frameTimeout = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#sendTimeout()}.
     *
     * @param value a time
     * @return this
     */
    public Builder sendTimeout(Duration value) {
      sendTimeout = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#closeTimeout()}.
     *
     * @param value a time
     * @return this
     */
    public Builder closeTimeout(Duration value) {
      closeTimeout = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#waitStrategy()}.
     *
     * @param value the strategy
     * @return this
     */
    public Builder waitStrategy(WaitStrategy value) {
      waitStrategy = value;
      return this;
    }

    /**
     * Sets {@link ChannelConfig#token()}.
     *
     * @param value the secret, empty for none
     * @return this
     */
    public Builder token(String value) {
      token = value;
      return this;
    }

    /**
     * Makes handlers get a private copy of each message: {@link ChannelConfig#copyReceived()}.
     *
     * @return this
     */
    public Builder copyReceived() {
      copyReceived = true;
      return this;
    }

    Builder shareReceived() {
      copyReceived = false;
      return this;
    }

    /**
     * Makes the settings.
     *
     * @return the settings
     * @throws IllegalArgumentException if a value is out of range
     */
    public ChannelConfig build() {
      return new ChannelConfig(this);
    }
  }
}
