// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The option {@code ring}: how many bytes of records each direction may hold. */
final class RingOption {
  static final String KEY = "ring";
  static final int DEFAULT = 1 << 20;

  private static final int SMALLEST = 4 << 10;
  private static final int LARGEST = 256 << 20;
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,9})([km]?)");

  private RingOption() {}

  /**
   * The capacity that an endpoint asks for, in bytes.
   *
   * @throws InvalidEndpointException if it is malformed, out of range, or no power of two
   */
  static int of(Endpoint endpoint) {
    return endpoint.option(KEY).map(text -> parse(text, endpoint)).orElse(DEFAULT);
  }

  private static int parse(String text, Endpoint endpoint) {
    Matcher matcher = BYTES.matcher(text);
    if (matcher.matches()) {
      int shift = "bkm".indexOf(matcher.group(2).isEmpty() ? "b" : matcher.group(2)) * 10;
      long bytes = Long.parseLong(matcher.group(1)) << shift;
      if (bytes >= SMALLEST && bytes <= LARGEST && Long.bitCount(bytes) == 1) {
        return (int) bytes;
      }
    }
    throw new InvalidEndpointException(
        "an option is wrong, "
            + KEY
            + "="
            + text
            + ", endpoint="
            + endpoint
            + "; write a power of two from 4k to 256m");
  }
}
