// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts lines out of bytes that may be anything: what is too long for a line is cut off, what is no
 * UTF-8 is replaced. For one thread at a time.
 */
final class Lines {
  private final byte[] line;
  private final Consumer<String> sink;
  private int length;

  /**
   * Begins with an empty line.
   *
   * @param longest how much of a line is kept, in bytes
   * @param sink takes each line that is not empty, without its end
   */
  Lines(int longest, Consumer<String> sink) {
    this.line = new byte[longest];
    this.sink = sink;
  }

  /** Hands out what these bytes complete. */
  void add(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '\n') {
        end();
      } else if (length < line.length) {
        line[length++] = next;
      }
    }
  }

  /** Hands out what has no end. */
  void end() {
    if (length > 0) {
      String text = new String(line, 0, length, StandardCharsets.UTF_8);
      length = 0;
      sink.accept(text);
    }
  }
}
