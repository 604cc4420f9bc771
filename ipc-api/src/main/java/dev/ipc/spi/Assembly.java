// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Collects a message that arrives in pieces. Its memory follows the bytes that arrived, never a
 * declared length: at most twice as many, or 256, or what the last long message had. For one thread
 * at a time.
 */
public final class Assembly {
  private static final int LEAST = 256;

  /** Holds a part of the native framing, however it came. */
  private static final int KEPT = 128 * 1024;

  /** What is shorter needs no memory of a long message. */
  private static final int SHORT = KEPT / 4;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final int maximum;
  private ByteBuffer buffer = NOTHING;
  private ByteBuffer view = NOTHING.asReadOnlyBuffer();
  private int length;

  /** Held the last long message. */
  private SoftReference<ByteBuffer> spare = new SoftReference<>(null);

  /**
   * Makes an empty one.
   *
   * @param maximum the longest message, in bytes
   */
  public Assembly(int maximum) {
    this.maximum = maximum;
  }

  /**
   * How much is there.
   *
   * @return in bytes
   */
  public int length() {
    return length;
  }

  int capacity() {
    return buffer.capacity();
  }

  /**
   * Takes the next bytes of the chunk; the caller has checked that the sum is within the maximum.
   *
   * @param chunk its position moves behind them
   * @param count how many
   */
  public void append(ByteBuffer chunk, int count) {
    int sum = length + count;
    if (sum > buffer.capacity()) {
      grow(sum);
    }
    int position = chunk.position();
    buffer.put(length, chunk, position, count);
    chunk.position(position + count);
    length = sum;
  }

  /**
   * What is there.
   *
   * @return read-only and big-endian, valid until the next call
   */
  public ByteBuffer view() {
    return view.clear().limit(length).order(ByteOrder.BIG_ENDIAN);
  }

  /** Makes it empty; much memory is kept only as long as the JVM has no other use for it. */
  public void clear() {
    length = 0;
    if (buffer.capacity() > KEPT) {
      if (!spare.refersTo(buffer)) {
        spare = new SoftReference<>(buffer);
      }
      buffer = NOTHING;
      view = NOTHING.asReadOnlyBuffer();
    }
  }

  private void grow(int sum) {
    ByteBuffer larger = sum > SHORT ? spare.get() : null;
    if (larger == null || larger.capacity() < sum) {
      long doubled = Math.max(LEAST, 2L * (sum - 1));
      larger = ByteBuffer.allocate(Math.max(sum, (int) Math.min(doubled, maximum)));
    }
    larger.put(0, buffer, 0, length);
    buffer = larger;
    view = larger.asReadOnlyBuffer();
  }
}
