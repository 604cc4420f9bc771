// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Where queues get their memory and give it back to. Any thread. */
public interface BufferSource {
  /**
   * Gives out memory.
   *
   * @param size in bytes
   * @return a big-endian buffer of exactly this capacity, contents undefined, the caller's until
   *     {@link #give}
   */
  ByteBuffer take(int size);

  /**
   * Takes memory back; nobody looks at it any more.
   *
   * @param buffer one that {@link #take} gave out
   */
  void give(ByteBuffer buffer);

  /**
   * Heap memory that is used again: the process keeps up to 1 MiB of returned buffers, and leaves
   * the rest to the collector.
   *
   * @return the source
   */
  static BufferSource heap() {
    return Pool.HEAP;
  }

  /**
   * Direct memory that is used again: keeps up to a number of bytes of returned buffers, and drops
   * the rest. Very large buffers are heap memory, since they are rare and would stay in direct
   * memory until a collection.
   *
   * @param keep in bytes
   * @param largest the largest direct buffer, in bytes
   * @return a new source
   */
  static BufferSource pooledDirect(int keep, int largest) {
    return new Pool(keep, largest, ByteBuffer::allocateDirect);
  }

  /** Memory by size. */
  final class Pool implements BufferSource {
    private static final BufferSource HEAP =
        new Pool(1024 * 1024, ByteQueue.LARGEST_SEGMENT, ByteBuffer::allocate);

    private final int keep;
    private final int largest;
    private final IntFunction<ByteBuffer> maker;
    private final AtomicInteger kept = new AtomicInteger();
    private final Map<Integer, ArrayDeque<ByteBuffer>> free = new ConcurrentHashMap<>();

    private Pool(int keep, int largest, IntFunction<ByteBuffer> maker) {
      this.keep = keep;
      this.largest = largest;
      this.maker = maker;
    }

    @Override
    public ByteBuffer take(int size) {
      if (size > largest) {
        return ByteBuffer.allocate(size);
      }
      ArrayDeque<ByteBuffer> shelf = shelf(size);
      ByteBuffer buffer;
      synchronized (shelf) {
        buffer = shelf.pollLast();
      }
      if (buffer == null) {
        return maker.apply(size);
      }
      kept.addAndGet(-size);
      return buffer;
    }

    @Override
    public void give(ByteBuffer buffer) {
      int size = buffer.capacity();
      if (size > largest || size == 0) {
        return;
      }
      if (kept.addAndGet(size) > keep) {
        kept.addAndGet(-size);
        return;
      }
      ArrayDeque<ByteBuffer> shelf = shelf(size);
      synchronized (shelf) {
        shelf.addLast(buffer.clear());
      }
    }

    private ArrayDeque<ByteBuffer> shelf(int size) {
      return free.computeIfAbsent(size, s -> new ArrayDeque<>());
    }
  }
}
