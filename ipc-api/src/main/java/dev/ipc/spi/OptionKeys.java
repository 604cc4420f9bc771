// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.util.Set;
import java.util.TreeSet;

/** The options that an endpoint may have. */
public final class OptionKeys {
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
}
