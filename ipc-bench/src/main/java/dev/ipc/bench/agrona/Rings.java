// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Ends;
import dev.ipc.bench.Lanes;
import dev.ipc.bench.SendingThreads;
import dev.ipc.bench.Serving;
import dev.ipc.bench.limit.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Function;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Two of Agrona's rings over a mapped file; both ends spin.
 *
 * @param setting how they are used
 * @param ring makes a ring over a buffer
 * @param writing how a message gets into it
 * @param threads that send
 */
record Rings(Setting setting, Function<UnsafeBuffer, RingBuffer> ring, Writing writing, int threads)
    implements Ends {
  private static final int CAPACITY = 1 << 20;
  private static final int DISTANCE = 4096;

  /** A message is at most an eighth of the ring. */
  private static final int SHARE = 16;

  @Override
  public Contender.Server serve(Contender.Work work, Path place, int size) throws IOException {
    int capacity = Math.max(CAPACITY, Integer.highestOneBit(size * SHARE));
    ByteBuffer memory = MappedFile.create(place, 2 * (capacity + DISTANCE));
    RingBuffer requests = ring(memory, 0);
    RingBuffer replies = ring(memory, 1);
    Lanes lanes = new Lanes();
    MessageHandler count = (type, buffer, index, length) -> lanes.next(buffer.getInt(index));
    MessageHandler echo =
        (type, buffer, index, length) -> {
          lanes.next(buffer.getInt(index));
          while (!replies.write(type, buffer, index, length)) {
            Thread.onSpinWait();
          }
        };
    MessageHandler handler = work == Contender.Work.ROUND_TRIP ? echo : count;
    return Serving.start(lanes::count, () -> {}, server -> take(server, requests, handler));
  }

  @Override
  public Contender.Client connect(Contender.Work work, Path place, int size) throws IOException {
    ByteBuffer memory = MappedFile.open(place);
    RingBuffer requests = ring(memory, 0);
    if (work == Contender.Work.ROUND_TRIP) {
      return new RingClient(requests, ring(memory, 1), this, size);
    }
    return SendingThreads.client(
        threads, thread -> new RingSender(requests, this, thread, size)::next);
  }

  /** How one of the senders waits. */
  IdleStrategy idle() {
    return setting.idle(threads);
  }

  private RingBuffer ring(ByteBuffer memory, int which) {
    int half = memory.capacity() / 2;
    int length = half - DISTANCE + RingBufferDescriptor.TRAILER_LENGTH;
    return ring.apply(new UnsafeBuffer(memory, which * half, length));
  }

  private void take(Serving server, RingBuffer ring, MessageHandler handler) {
    while (server.running()) {
      if (ring.read(handler, setting.limit()) == 0) {
        Thread.onSpinWait();
      }
    }
  }
}
