// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The options that every transport understands: how each is read and what it sets. */
@SuppressWarnings("ImmutableEnumChecker") // the setters are lambdas that capture constants
enum ConfigOption {
  MAX_MESSAGE("maxMessage", ConfigOption::bytes, ChannelConfig.Builder::maxMessageLength),
  SEND_BUFFER("sendBuffer", ConfigOption::bytes, ChannelConfig.Builder::sendBuffer),
  RECEIVE_BUFFER("receiveBuffer", ConfigOption::bytes, ChannelConfig.Builder::receiveBuffer),
  CONNECT_TIMEOUT("connectTimeout", ConfigOption::time, ChannelConfig.Builder::connectTimeout),
  HANDSHAKE_TIMEOUT(
      "handshakeTimeout", ConfigOption::time, ChannelConfig.Builder::handshakeTimeout),
  FRAME_TIMEOUT("frameTimeout", ConfigOption::time, ChannelConfig.Builder::frameTimeout),
  SEND_TIMEOUT("sendTimeout", ConfigOption::time, ChannelConfig.Builder::sendTimeout),
  CLOSE_TIMEOUT("closeTimeout", ConfigOption::time, ChannelConfig.Builder::closeTimeout),
  WAIT("wait", ConfigOption::waiting, ChannelConfig.Builder::waitStrategy),
  COPY("copy", ConfigOption::truth, ConfigOption::copy);

  static final Set<String> KEYS =
      Arrays.stream(values()).map(ConfigOption::key).collect(Collectors.toUnmodifiableSet());

  private static final Pattern BYTES = Pattern.compile("([0-9]{1,10})([km]?)");
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final BiConsumer<ChannelConfig.Builder, String> setter;

  <T> ConfigOption(
      String key, Function<String, T> reader, BiConsumer<ChannelConfig.Builder, T> setter) {
    this.key = key;
    this.setter = (builder, text) -> setter.accept(builder, reader.apply(text));
  }

  String key() {
    return key;
  }

  void apply(Endpoint endpoint, String value, ChannelConfig.Builder builder) {
    try {
      setter.accept(builder, value);
      builder.build();
    } catch (IllegalArgumentException e) {
      throw new InvalidEndpointException(
          "an option is wrong, "
              + key
              + "="
              + value
              + ", endpoint="
              + endpoint
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static int bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("write bytes as 65536, 64k or 16m");
    }
    long unit =
        switch (matcher.group(2)) {
          case "k" -> 1024;
          case "m" -> 1024 * 1024;
          default -> 1;
        };
    return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(matcher.group(1)) * unit);
  }

  private static Duration time(String text) {
    if ("0".equals(text)) {
      return Duration.ZERO;
    }
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("write times as 250ms, 5s or 1m");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  private static WaitStrategy waiting(String text) {
    return switch (text) {
      case "adaptive" -> WaitStrategy.adaptive();
      case "spinning" -> WaitStrategy.spinning();
      case "sleeping" -> WaitStrategy.sleeping();
      default -> throw new IllegalArgumentException("write adaptive, spinning or sleeping");
    };
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("write true or false");
    };
  }

  private static void copy(ChannelConfig.Builder builder, Boolean copy) {
    if (copy) {
      builder.copyReceived();
    } else {
      builder.shareReceived();
    }
  }
}
