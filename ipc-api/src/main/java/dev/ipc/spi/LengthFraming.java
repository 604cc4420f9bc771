// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Messages behind their length. */
final class LengthFraming extends Framing {
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private final int size;
  private final boolean little;

  private LengthFraming(String name, int size, boolean little) {
    super(name);
    this.size = size;
    this.little = little;
  }

  static LengthFraming u32be() {
    return new LengthFraming("u32be", Integer.BYTES, false);
  }

  static LengthFraming u32le() {
    return new LengthFraming("u32le", Integer.BYTES, true);
  }

  static LengthFraming u16be() {
    return new LengthFraming("u16be", Short.BYTES, false);
  }

  @Override
  public int largestMessage() {
    return size == Short.BYTES ? 0xffff : Integer.MAX_VALUE;
  }

  @Override
  public int prefixLength() {
    return size;
  }

  @Override
  FrameDecoder newDecoder(int maximum, FrameSink sink) {
    return new LengthDecoder(this, maximum, sink);
  }

  @Override
  void prefix(ByteBuffer target, int index, int length) {
    if (size == Short.BYTES) {
      if (length > largestMessage()) {
        throw new IllegalArgumentException(
            "the message is longer than its framing can say, length="
                + length
                + ", framing="
                + this);
      }
      SHORT.set(target, index, (short) length);
    } else {
      INT.set(target, index, little ? Integer.reverseBytes(length) : length);
    }
  }

  /** Reads the length that stands at an index; negative if it is above 2^31. */
  int length(ByteBuffer source, int index) {
    if (size == Short.BYTES) {
      return (short) SHORT.get(source, index) & 0xffff;
    }
    int length = (int) INT.get(source, index);
    return little ? Integer.reverseBytes(length) : length;
  }
}
