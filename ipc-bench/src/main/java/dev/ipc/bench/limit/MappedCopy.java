// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.limit;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Serving;
import dev.ipc.bench.Tally;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Messages copied into the slots of a mapped file, and next to nothing else: both positions are
 * published rarely, nobody sleeps, all messages have the same length.
 */
final class MappedCopy implements Contender.Client {
  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
          .withInvokeExactBehavior();
  private static final int WRITTEN = 0;
  private static final int READ = 128;
  private static final int DATA = 4096;
  private static final int CAPACITY = 1 << 20;

  /** Up to here the words are copied one by one: a bulk copy costs more to begin. */
  private static final int BY_WORDS = 256;

  private final ByteBuffer memory;
  private final ByteBuffer message;
  private final Slots slots;
  private long written;
  private long read;

  private MappedCopy(ByteBuffer memory, int size) {
    this.memory = memory;
    this.message = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    this.slots = Slots.of(size);
  }

  /** A power of two of slots; after so many messages the positions are published. */
  private record Slots(int size, int count, int publish) {
    static Slots of(int size) {
      int count = Math.max(4, Integer.highestOneBit(CAPACITY / size));
      return new Slots(size, count, Math.max(1, Math.min(count / 8, 16384 / size)));
    }

    int index(long number) {
      return DATA + ((int) number & count - 1) * size;
    }

    int length() {
      return DATA + count * size;
    }
  }

  static Contender.Server serve(Contender.Work work, Path place, int size) throws IOException {
    Slots slots = Slots.of(size);
    ByteBuffer memory = MappedFile.create(place, slots.length());
    Tally tally = new Tally();
    return Serving.start(tally::count, () -> {}, s -> take(s, memory, slots, tally));
  }

  static Contender.Client connect(Contender.Work work, Path place, int size) throws IOException {
    return new MappedCopy(MappedFile.open(place), size);
  }

  @Override
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      while (written - read >= slots.count) {
        flush();
        Thread.onSpinWait();
        read = (long) WORD.getAcquire(memory, READ);
      }
      message.putInt(0, (int) written);
      copy(slots.index(written));
      if (++written % slots.publish == 0) {
        flush();
      }
    }
  }

  @Override
  public void flush() {
    WORD.setRelease(memory, WRITTEN, written);
  }

  @Override
  public void close() {}

  private void copy(int index) {
    int size = slots.size;
    if (size > BY_WORDS || size % Long.BYTES != 0) {
      memory.put(index, message, 0, size);
      return;
    }
    for (int i = 0; i < size; i += Long.BYTES) {
      memory.putLong(index + i, message.getLong(i));
    }
  }

  private static void take(Serving server, ByteBuffer memory, Slots slots, Tally tally) {
    long position = 0;
    while (server.running()) {
      long end = (long) WORD.getAcquire(memory, WRITTEN);
      if (position == end) {
        Thread.onSpinWait();
      }
      for (; position < end; position++) {
        tally.next(memory.getInt(slots.index(position)));
        if ((position + 1) % slots.publish == 0) {
          WORD.setRelease(memory, READ, position + 1);
        }
      }
      WORD.setRelease(memory, READ, position);
    }
  }
}
