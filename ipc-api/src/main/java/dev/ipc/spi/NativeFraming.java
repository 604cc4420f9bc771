// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;

/** The frames of {@link Frame}. */
final class NativeFraming extends Framing {
  /** Messages of up to this length are copied by words: a bulk copy costs more to begin. */
  private static final int WORDS = 128;

  NativeFraming() {
    super("native");
  }

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  public int largestInPlace() {
    return Frame.PART;
  }

  @Override
  public int prefixLength() {
    return Frame.HEADER;
  }

  @Override
  public int encodedLength(int length) {
    int parts = Math.max(1, (length - 1) / Frame.PART + 1);
    return Math.addExact(length, parts * Frame.HEADER);
  }

  @Override
  public void encode(ByteBuffer message, ByteBuffer target) {
    int length = message.remaining();
    if (length <= Frame.PART) {
      int start = target.position();
      target.position(start + Frame.HEADER + length);
      Frame.LONG.set(target, start, Frame.header(Frame.DATA, 0, length));
      target.put(start + Frame.HEADER, message, message.position(), length);
      return;
    }
    for (int offset = 0; offset < length; ) {
      offset = encodePart(message, offset, target);
    }
  }

  @Override
  void encode(ByteBuffer message, ByteBuffer target, int index) {
    int length = message.remaining();
    if (length > WORDS) {
      super.encode(message, target, index);
      return;
    }
    Frame.LONG.set(target, index, Frame.header(Frame.DATA, 0, length));
    int from = message.position();
    int to = index + Frame.HEADER;
    int end = from + length;
    for (; end - from >= Long.BYTES; from += Long.BYTES, to += Long.BYTES) {
      Frame.LONG.set(target, to, (long) Frame.LONG.get(message, from));
    }
    while (from < end) {
      target.put(to++, message.get(from++));
    }
  }

  @Override
  public int encodePart(ByteBuffer message, int offset, ByteBuffer target) {
    int rest = message.remaining() - offset;
    int start = target.position();
    target.position(start + Frame.HEADER);
    int count = Math.min(Math.min(rest, Frame.PART), target.remaining());
    requireRoom(count, rest);
    prefix(target, start, count, count < rest ? Frame.MORE : 0);
    copy(message, offset, target, count);
    return offset + count;
  }

  @Override
  FrameDecoder newDecoder(int maximum, FrameSink sink) {
    return new NativeDecoder(maximum, sink);
  }

  @Override
  void prefix(ByteBuffer target, int index, int length) {
    prefix(target, index, length, 0);
  }

  private static void prefix(ByteBuffer target, int index, int length, int flags) {
    Frame.LONG.set(target, index, Frame.header(Frame.DATA, flags, length));
  }
}
