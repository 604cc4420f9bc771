// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;

/**
 * The part of Agrona's buffer that follows from the rest of it: other byte orders, fractions,
 * shorter forms of the same, and what a buffer that keeps its memory for life does not do.
 */
abstract class DerivedBuffer implements AtomicBuffer {
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

  // Memory that cannot be exchanged, and has no array and no address.

  @Override
  public final void wrap(byte[] array) {
    throw fixed();
  }

  @Override
  public final void wrap(byte[] array, int offset, int length) {
    throw fixed();
  }

  @Override
  public final void wrap(ByteBuffer memory) {
    throw fixed();
  }

  @Override
  public final void wrap(ByteBuffer memory, int offset, int length) {
    throw fixed();
  }

  @Override
  public final void wrap(DirectBuffer memory) {
    throw fixed();
  }

  @Override
  public final void wrap(DirectBuffer memory, int offset, int length) {
    throw fixed();
  }

  @Override
  public final void wrap(long address, int length) {
    throw fixed();
  }

  @Override
  public final long addressOffset() {
    throw fixed();
  }

  private static UnsupportedOperationException fixed() {
    return new UnsupportedOperationException(
        "this buffer has its memory for life and tells no address; make another one");
  }

  @Override
  public final byte[] byteArray() {
    return null;
  }

  @Override
  public final int wrapAdjustment() {
    return 0;
  }

  @Override
  public final boolean isExpandable() {
    return false;
  }

  @Override
  public final void checkLimit(int limit) {
    boundsCheck(limit, 0);
  }

  // Shorter forms.

  @Override
  public final void getBytes(int index, byte[] to) {
    getBytes(index, to, 0, to.length);
  }

  @Override
  public final void putBytes(int index, byte[] from) {
    putBytes(index, from, 0, from.length);
  }

  @Override
  public final void getBytes(int index, ByteBuffer to, int length) {
    int position = to.position();
    getBytes(index, to, position, length);
    to.position(position + length);
  }

  @Override
  public final void putBytes(int index, ByteBuffer from, int length) {
    int position = from.position();
    putBytes(index, from, position, length);
    from.position(position + length);
  }

  // Fractions.

  @Override
  public final double getDouble(int index) {
    return Double.longBitsToDouble(getLong(index));
  }

  @Override
  public final double getDouble(int index, ByteOrder order) {
    return Double.longBitsToDouble(getLong(index, order));
  }

  @Override
  public final float getFloat(int index) {
    return Float.intBitsToFloat(getInt(index));
  }

  @Override
  public final float getFloat(int index, ByteOrder order) {
    return Float.intBitsToFloat(getInt(index, order));
  }

  @Override
  public final void putDouble(int index, double value) {
    putLong(index, Double.doubleToRawLongBits(value));
  }

  @Override
  public final void putDouble(int index, double value, ByteOrder order) {
    putLong(index, Double.doubleToRawLongBits(value), order);
  }

  @Override
  public final void putFloat(int index, float value) {
    putInt(index, Float.floatToRawIntBits(value));
  }

  @Override
  public final void putFloat(int index, float value, ByteOrder order) {
    putInt(index, Float.floatToRawIntBits(value), order);
  }

  // The other byte order.

  @Override
  public final long getLong(int index, ByteOrder order) {
    return ordered(getLong(index), order);
  }

  @Override
  public final void putLong(int index, long value, ByteOrder order) {
    putLong(index, ordered(value, order));
  }

  private static long ordered(long value, ByteOrder order) {
    return order == NATIVE ? value : Long.reverseBytes(value);
  }

  @Override
  public final int getInt(int index, ByteOrder order) {
    return ordered(getInt(index), order);
  }

  @Override
  public final void putInt(int index, int value, ByteOrder order) {
    putInt(index, ordered(value, order));
  }

  private static int ordered(int value, ByteOrder order) {
    return order == NATIVE ? value : Integer.reverseBytes(value);
  }

  @Override
  public final short getShort(int index, ByteOrder order) {
    return ordered(getShort(index), order);
  }

  @Override
  public final void putShort(int index, short value, ByteOrder order) {
    putShort(index, ordered(value, order));
  }

  private static short ordered(short value, ByteOrder order) {
    return order == NATIVE ? value : Short.reverseBytes(value);
  }

  @Override
  public final char getChar(int index, ByteOrder order) {
    return ordered(getChar(index), order);
  }

  @Override
  public final void putChar(int index, char value, ByteOrder order) {
    putChar(index, ordered(value, order));
  }

  private static char ordered(char value, ByteOrder order) {
    return order == NATIVE ? value : Character.reverseBytes(value);
  }

  // All bytes.

  @Override
  public final void setMemory(int index, int length, byte value) {
    boundsCheck(index, length);
    for (int i = 0; i < length; i++) {
      putByte(index + i, value);
    }
  }

  @Override
  public final int compareTo(DirectBuffer other) {
    int common = Math.min(capacity(), other.capacity());
    for (int i = 0; i < common; i++) {
      int difference = Byte.compareUnsigned(getByte(i), other.getByte(i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(capacity(), other.capacity());
  }
}
