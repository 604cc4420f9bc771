// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.Objects;

/**
 * What a side of the handshake wants.
 *
 * @param scheme the mechanism it believes to be on, such as {@code unix}
 * @param maxMessageLength the longest message it takes, in bytes
 * @param features a set of bits, such as {@link #COPIES}
 * @param token the shared secret, empty for none; {@link #toString()} does not show it
 * @param ringCapacity how large a ring of shared memory it wants, in bytes; 0 where there is none
 */
public record Terms(
    String scheme, int maxMessageLength, long features, String token, int ringCapacity) {
  /**
   * A feature: its owner copies what it takes out of a pipe, so that pages of memory that change
   * afterwards may be passed into it.
   */
  public static final long COPIES = 1;

  /** Checks the values. */
  public Terms {
    Objects.requireNonNull(scheme, "scheme");
    Objects.requireNonNull(token, "token");
    if (maxMessageLength < 1) {
      throw new IllegalArgumentException(
          "the largest message is less than a byte, maxMessageLength=" + maxMessageLength);
    }
    if (ringCapacity < 0) {
      throw new IllegalArgumentException("a ring is too large, ringCapacity=" + ringCapacity);
    }
  }

  /**
   * The terms of a mechanism without shared memory.
   *
   * @param scheme the mechanism it believes to be on, such as {@code unix}
   * @param maxMessageLength the longest message it takes, in bytes
   * @param features a set of bits, such as {@link #COPIES}
   * @param token the shared secret, empty for none
   */
  public Terms(String scheme, int maxMessageLength, long features, String token) {
    this(scheme, maxMessageLength, features, token, 0);
  }

  Terms with(long bits) {
    return new Terms(scheme, maxMessageLength, bits, token, ringCapacity);
  }

  /** What the accepting side answers: without a token, which is nobody else's to see. */
  Terms answer(int agreedRing) {
    return new Terms(scheme, maxMessageLength, features, "", agreedRing);
  }

  @Override
  public String toString() {
    return "scheme="
        + scheme
        + ", maxMessageLength="
        + maxMessageLength
        + ", features="
        + Long.toHexString(features)
        + (ringCapacity == 0 ? "" : ", ringCapacity=" + ringCapacity)
        + ", token="
        + (token.isEmpty() ? "none" : "hidden");
  }
}
