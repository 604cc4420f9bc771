// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a client writes into a listener's FIFO, again and again until it is welcomed: where the
 * FIFOs of its connection are. One line, written at once, so that it is never torn; an empty line
 * stands before it, so that garbage costs nobody but its author a line.
 *
 * <pre>
 *   \n ipc-pipe/1 &lt;crc-32, 8 hex&gt; &lt;id, 32 hex&gt; &lt;absolute directory, UTF-8&gt; \n
 * </pre>
 *
 * @param id tells a repetition from another client
 * @param directory where the FIFOs are
 */
record Announcement(UUID id, Path directory) {
  /** How long a line may be, in bytes. */
  static final int MOST_BYTES = 4096;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern LINE =
      Pattern.compile("ipc-pipe/1 ([0-9a-f]{8}) (([0-9a-f]{16})([0-9a-f]{16}) (/.*))");

  /** A new one. */
  static Announcement of(Path directory) {
    return new Announcement(new UUID(RANDOM.nextLong(), RANDOM.nextLong()), directory);
  }

  /**
   * The line as it is written.
   *
   * @throws IllegalArgumentException if the directory's name cannot stand in a line
   */
  byte[] encode() {
    String body =
        String.format(
            "%016x%016x %s", id.getMostSignificantBits(), id.getLeastSignificantBits(), directory);
    String line = String.format("\nipc-pipe/1 %s %s\n", checksum(body), body);
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MOST_BYTES || decode(line.strip()).filter(this::equals).isEmpty()) {
      throw new IllegalArgumentException(
          "the directory cannot be announced, path=" + directory + "; choose a plain name");
    }
    return bytes;
  }

  /** Reads a line without its end; empty if it is none of ours. */
  static Optional<Announcement> decode(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches() || !checksum(matcher.group(2)).equals(matcher.group(1))) {
      return Optional.empty();
    }
    try {
      long high = Long.parseUnsignedLong(matcher.group(3), 16);
      long low = Long.parseUnsignedLong(matcher.group(4), 16);
      return Optional.of(new Announcement(new UUID(high, low), Path.of(matcher.group(5))));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
