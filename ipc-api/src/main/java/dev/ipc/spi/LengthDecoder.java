// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The decoder of messages behind their length. */
final class LengthDecoder extends FrameDecoder {
  private final LengthFraming framing;

  /** The bytes of a length that is not complete. */
  private final ByteBuffer prefix;

  /** The length of the message that has begun; meaningful when all of the prefix is there. */
  private int length;

  LengthDecoder(LengthFraming framing, int maximum, FrameSink sink) {
    super(maximum, sink);
    this.framing = framing;
    prefix = ByteBuffer.allocate(framing.prefixLength());
  }

  @Override
  boolean begun() {
    return prefix.position() > 0;
  }

  @Override
  boolean cut(ByteBuffer chunk, ByteBuffer view) {
    while (chunk.hasRemaining()) {
      if (!begun() && !wholeMessages(chunk, view)) {
        return false;
      }
      if (chunk.hasRemaining() && !step(chunk)) {
        return false;
      }
    }
    return true;
  }

  private boolean wholeMessages(ByteBuffer chunk, ByteBuffer view) {
    int size = prefix.capacity();
    int limit = chunk.limit();
    int next = chunk.position();
    try {
      while (limit - next >= size) {
        int start = next + size;
        int declared = framing.length(chunk, next);
        if (declared < 0 || declared > maximum || declared > limit - start) {
          return true;
        }
        next = start + declared;
        view.clear().limit(next).position(start).order(ByteOrder.BIG_ENDIAN);
        if (!sink.message(view)) {
          next = start - size;
          return false;
        }
      }
      return true;
    } finally {
      chunk.position(next);
    }
  }

  private boolean step(ByteBuffer chunk) {
    if (prefix.hasRemaining()) {
      while (prefix.hasRemaining() && chunk.hasRemaining()) {
        prefix.put(chunk.get());
      }
      if (prefix.hasRemaining()) {
        return true;
      }
      length = framing.length(prefix, 0);
      if (length < 0 || length > maximum) {
        throw ProtocolViolation.tooLarge(
            "a message is too long, largest="
                + maximum
                + ", length="
                + Integer.toUnsignedString(length));
      }
    }
    assembly.append(chunk, Math.min(length - assembly.length(), chunk.remaining()));
    if (assembly.length() < length) {
      return true;
    }
    prefix.clear();
    return complete();
  }
}
