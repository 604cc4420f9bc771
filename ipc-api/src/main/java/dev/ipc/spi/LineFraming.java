// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;

/** Messages that end with a newline. */
final class LineFraming extends Framing {
  private static final byte NEWLINE = '\n';
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long NEWLINES = ONES * NEWLINE;
  private static final long TOPS = ONES << 7;

  LineFraming() {
    super("line");
  }

  @Override
  public int prefixLength() {
    return 0;
  }

  @Override
  public int suffixLength() {
    return 1;
  }

  @Override
  public void check(ByteBuffer message) {
    check(message, message.position(), message.limit());
  }

  @Override
  public void seal(ByteBuffer target, int start, int length) {
    check(target, start, start + length);
    super.seal(target, start, length);
  }

  @Override
  FrameDecoder newDecoder(int maximum, FrameSink sink) {
    return new LineDecoder(maximum, sink);
  }

  @Override
  void prefix(ByteBuffer target, int index, int length) {}

  @Override
  void suffix(ByteBuffer target, int index) {
    target.put(index, NEWLINE);
  }

  /** Where the first newline is, or -1; eight bytes at a time. */
  static int newline(ByteBuffer source, int from, int to) {
    int index = from;
    for (; to - index >= Long.BYTES; index += Long.BYTES) {
      long zeroIfNewline = (long) Frame.LONG.get(source, index) ^ NEWLINES;
      long found = (zeroIfNewline - ONES) & ~zeroIfNewline & TOPS;
      if (found != 0) {
        return index + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; index < to; index++) {
      if (source.get(index) == NEWLINE) {
        return index;
      }
    }
    return -1;
  }

  private static void check(ByteBuffer source, int from, int to) {
    int newline = newline(source, from, to);
    if (newline >= 0) {
      throw new IllegalArgumentException(
          "a line cannot carry a newline, index="
              + (newline - from)
              + ", length="
              + (to - from)
              + "; use another framing or encode the message");
    }
  }
}
