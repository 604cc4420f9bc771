// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static java.lang.invoke.MethodHandles.byteBufferViewVarHandle;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;

/**
 * Agrona's buffer without its need for a JVM flag: over a direct or mapped {@link ByteBuffer}, by
 * {@link VarHandle}s. Every access is checked against the bounds by the JDK, whatever Agrona's
 * switch says. It has no address to give away, and never wraps other memory than its first.
 *
 * <p>Atomic access needs aligned indices, as everywhere. Plain access may be unaligned.
 */
final class VarHandleBuffer extends TextBuffer {
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle CHAR = view(char[].class);

  private final ByteBuffer buffer;
  private final int capacity;

  /** Over all of a direct buffer, whatever its position and limit. */
  VarHandleBuffer(ByteBuffer memory) {
    if (!memory.isDirect()) {
      throw new IllegalArgumentException("not shared memory: buffer=" + memory + ", map a file");
    }
    buffer = memory.duplicate().clear().order(NATIVE);
    capacity = buffer.capacity();
  }

  private static VarHandle view(Class<?> array) {
    return byteBufferViewVarHandle(array, NATIVE).withInvokeExactBehavior();
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public ByteBuffer byteBuffer() {
    return buffer;
  }

  @Override
  public void boundsCheck(int index, int length) {
    Objects.checkFromIndexSize(index, length, capacity);
  }

  @Override
  public void verifyAlignment() {
    int offset = buffer.alignmentOffset(0, AtomicBuffer.ALIGNMENT);
    if (offset != 0) {
      throw new IllegalStateException("not aligned: offset=" + offset + ", map at a page");
    }
  }

  @Override
  public byte getByte(int index) {
    return buffer.get(index);
  }

  @Override
  public void putByte(int index, byte value) {
    buffer.put(index, value);
  }

  @Override
  public byte getByteVolatile(int index) {
    byte value = buffer.get(index);
    VarHandle.acquireFence();
    return value;
  }

  @Override
  public void putByteVolatile(int index, byte value) {
    VarHandle.releaseFence();
    buffer.put(index, value);
    VarHandle.fullFence();
  }

  @Override
  public long getLong(int index) {
    return (long) LONG.get(buffer, index);
  }

  @Override
  public void putLong(int index, long value) {
    LONG.set(buffer, index, value);
  }

  @Override
  public long getLongVolatile(int index) {
    return (long) LONG.getVolatile(buffer, index);
  }

  @Override
  public void putLongVolatile(int index, long value) {
    LONG.setVolatile(buffer, index, value);
  }

  @Override
  public long getLongAcquire(int index) {
    return (long) LONG.getAcquire(buffer, index);
  }

  @Override
  public void putLongOrdered(int index, long value) {
    putLongRelease(index, value);
  }

  @Override
  public void putLongRelease(int index, long value) {
    LONG.setRelease(buffer, index, value);
  }

  @Override
  public long getLongOpaque(int index) {
    return (long) LONG.getOpaque(buffer, index);
  }

  @Override
  public void putLongOpaque(int index, long value) {
    LONG.setOpaque(buffer, index, value);
  }

  @Override
  public long addLongOrdered(int index, long increment) {
    return addLongRelease(index, increment);
  }

  @Override
  public long addLongRelease(int index, long increment) {
    long value = getLong(index);
    putLongRelease(index, value + increment);
    return value;
  }

  @Override
  public long addLongOpaque(int index, long increment) {
    long value = getLongOpaque(index);
    putLongOpaque(index, value + increment);
    return value;
  }

  @Override
  public boolean compareAndSetLong(int index, long expected, long value) {
    return LONG.compareAndSet(buffer, index, expected, value);
  }

  @Override
  public long compareAndExchangeLong(int index, long expected, long value) {
    return (long) LONG.compareAndExchange(buffer, index, expected, value);
  }

  @Override
  public long getAndSetLong(int index, long value) {
    return (long) LONG.getAndSet(buffer, index, value);
  }

  @Override
  public long getAndAddLong(int index, long delta) {
    return (long) LONG.getAndAdd(buffer, index, delta);
  }

  @Override
  public int getInt(int index) {
    return (int) INT.get(buffer, index);
  }

  @Override
  public void putInt(int index, int value) {
    INT.set(buffer, index, value);
  }

  @Override
  public int getIntVolatile(int index) {
    return (int) INT.getVolatile(buffer, index);
  }

  @Override
  public void putIntVolatile(int index, int value) {
    INT.setVolatile(buffer, index, value);
  }

  @Override
  public int getIntAcquire(int index) {
    return (int) INT.getAcquire(buffer, index);
  }

  @Override
  public void putIntOrdered(int index, int value) {
    putIntRelease(index, value);
  }

  @Override
  public void putIntRelease(int index, int value) {
    INT.setRelease(buffer, index, value);
  }

  @Override
  public int getIntOpaque(int index) {
    return (int) INT.getOpaque(buffer, index);
  }

  @Override
  public void putIntOpaque(int index, int value) {
    INT.setOpaque(buffer, index, value);
  }

  @Override
  public int addIntOrdered(int index, int increment) {
    return addIntRelease(index, increment);
  }

  @Override
  public int addIntRelease(int index, int increment) {
    int value = getInt(index);
    putIntRelease(index, value + increment);
    return value;
  }

  @Override
  public int addIntOpaque(int index, int increment) {
    int value = getIntOpaque(index);
    putIntOpaque(index, value + increment);
    return value;
  }

  @Override
  public boolean compareAndSetInt(int index, int expected, int value) {
    return INT.compareAndSet(buffer, index, expected, value);
  }

  @Override
  public int compareAndExchangeInt(int index, int expected, int value) {
    return (int) INT.compareAndExchange(buffer, index, expected, value);
  }

  @Override
  public int getAndSetInt(int index, int value) {
    return (int) INT.getAndSet(buffer, index, value);
  }

  @Override
  public int getAndAddInt(int index, int delta) {
    return (int) INT.getAndAdd(buffer, index, delta);
  }

  @Override
  public short getShort(int index) {
    return (short) SHORT.get(buffer, index);
  }

  @Override
  public void putShort(int index, short value) {
    SHORT.set(buffer, index, value);
  }

  @Override
  public short getShortVolatile(int index) {
    return (short) SHORT.getVolatile(buffer, index);
  }

  @Override
  public void putShortVolatile(int index, short value) {
    SHORT.setVolatile(buffer, index, value);
  }

  @Override
  public char getChar(int index) {
    return (char) CHAR.get(buffer, index);
  }

  @Override
  public void putChar(int index, char value) {
    CHAR.set(buffer, index, value);
  }

  @Override
  public char getCharVolatile(int index) {
    return (char) CHAR.getVolatile(buffer, index);
  }

  @Override
  public void putCharVolatile(int index, char value) {
    CHAR.setVolatile(buffer, index, value);
  }

  @Override
  public void getBytes(int index, byte[] to, int offset, int length) {
    buffer.get(index, to, offset, length);
  }

  @Override
  public void putBytes(int index, byte[] from, int offset, int length) {
    buffer.put(index, from, offset, length);
  }

  @Override
  public void getBytes(int index, ByteBuffer to, int offset, int length) {
    to.put(offset, buffer, index, length);
  }

  @Override
  public void putBytes(int index, ByteBuffer from, int offset, int length) {
    buffer.put(index, from, offset, length);
  }

  @Override
  public void getBytes(int index, MutableDirectBuffer to, int offset, int length) {
    to.putBytes(offset, buffer, index, length);
  }

  @Override
  public void putBytes(int index, DirectBuffer from, int offset, int length) {
    from.getBytes(offset, buffer, index, length);
  }
}
