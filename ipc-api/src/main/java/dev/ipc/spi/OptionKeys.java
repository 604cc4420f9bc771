// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The options that an endpoint may have. */
public final class OptionKeys {
  /** The option whose grammar all times have. */
  private static final String LIKE = "closeTimeout";

  private OptionKeys() {}

  /**
   * Checks the keys, and the values of those that every transport has. No I/O.
   *
   * @param endpoint whose options are checked
   * @param own the keys that the transport adds
   * @throws InvalidEndpointException if a key is not known, or a common value is wrong
   */
  public static void check(Endpoint endpoint, Set<String> own) {
    Set<String> known = new TreeSet<>(ChannelConfig.optionKeys());
    known.addAll(own);
    for (String key : endpoint.options().keySet()) {
      if (!known.contains(key)) {
        throw new InvalidEndpointException(
            "the option is unknown, key=" + key + ", known=" + known + ", endpoint=" + endpoint);
      }
    }
    ChannelConfig unused = ChannelConfig.defaults().with(endpoint);
  }

  /**
   * A time among the transport's own options, written like those that every transport has.
   *
   * @param endpoint whose option it is
   * @param key its key
   * @param otherwise what holds without it
   * @return the time, not negative
   * @throws InvalidEndpointException if it is malformed
   */
  public static Duration time(Endpoint endpoint, String key, Duration otherwise) {
    String text = endpoint.option(key).orElse(null);
    if (text == null) {
      return otherwise;
    }
    try {
      Endpoint like = Endpoint.of(endpoint.scheme(), endpoint.address(), Map.of(LIKE, text));
      return ChannelConfig.defaults().with(like).closeTimeout();
    } catch (InvalidEndpointException e) {
      throw new InvalidEndpointException(
          "an option is wrong, "
              + key
              + "="
              + text
              + ", endpoint="
              + endpoint
              + "; write times as 250ms, 5s or 1m",
          e);
    }
  }
}
