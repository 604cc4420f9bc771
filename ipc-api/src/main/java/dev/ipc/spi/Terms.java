// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.Objects;

/**
 * What a side of the handshake wants.
 *
 * @param scheme the mechanism it believes to be on, such as {@code unix}
 * @param maxMessageLength the longest message it takes, in bytes
 * @param features a set of bits, none defined yet
 * @param token the shared secret, empty for none; {@link #toString()} does not show it
 */
public record Terms(String scheme, int maxMessageLength, long features, String token) {
  /** Checks the values. */
  public Terms {
    Objects.requireNonNull(scheme, "scheme");
    Objects.requireNonNull(token, "token");
    if (maxMessageLength < 1) {
      throw new IllegalArgumentException(
          "the largest message is less than a byte, maxMessageLength=" + maxMessageLength);
    }
  }

  @Override
  public String toString() {
    return "scheme="
        + scheme
        + ", maxMessageLength="
        + maxMessageLength
        + ", features="
        + Long.toHexString(features)
        + ", token="
        + (token.isEmpty() ? "none" : "hidden");
  }
}
