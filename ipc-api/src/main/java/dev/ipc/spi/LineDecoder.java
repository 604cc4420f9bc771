// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The decoder of lines. */
final class LineDecoder extends FrameDecoder {
  LineDecoder(int maximum, FrameSink sink) {
    super(maximum, sink);
  }

  @Override
  boolean begun() {
    return assembly.length() > 0;
  }

  @Override
  boolean endsMessage() {
    return true;
  }

  @Override
  boolean cut(ByteBuffer chunk, ByteBuffer view) {
    while (chunk.hasRemaining()) {
      int start = chunk.position();
      int newline = LineFraming.newline(chunk, start, chunk.limit());
      int length = (newline < 0 ? chunk.limit() : newline) - start;
      if (length > maximum - assembly.length()) {
        throw ProtocolViolation.tooLarge(
            "a line is too long, largest="
                + maximum
                + ", received="
                + (assembly.length() + length));
      }
      if (newline < 0) {
        assembly.append(chunk, length);
      } else if (begun()) {
        assembly.append(chunk, length);
        chunk.position(newline + 1);
        if (!complete()) {
          return false;
        }
      } else {
        view.clear().limit(newline).position(start).order(ByteOrder.BIG_ENDIAN);
        chunk.position(newline + 1);
        if (!sink.message(view)) {
          chunk.position(start);
          return false;
        }
      }
    }
    return true;
  }
}
