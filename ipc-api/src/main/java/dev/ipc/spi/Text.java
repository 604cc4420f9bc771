// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Texts on the wire. What a peer says ends up in logs, so it never holds control characters. */
final class Text {
  private Text() {}

  /** Encodes, cutting at a character boundary. */
  static byte[] utf8(String text, int maximum) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    if (octets.length <= maximum) {
      return octets;
    }
    int end = maximum;
    while (end > 0 && (octets[end] & 0xc0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(octets, end);
  }

  /** Decodes for humans: what is malformed is replaced, what is not printable becomes a space. */
  static String oneLine(ByteBuffer payload) {
    String text = StandardCharsets.UTF_8.decode(payload).toString();
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().map(c -> printable(c) ? c : ' ').forEach(line::appendCodePoint);
    return line.toString();
  }

  /** Decodes what is compared: what is malformed is a violation. */
  static String strict(ByteBuffer value, String name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(value).toString();
    } catch (CharacterCodingException e) {
      throw ProtocolViolation.protocolError("a text is not UTF-8, field=" + name);
    }
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
