// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import dev.ipc.bench.Lanes;
import java.nio.ByteBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Sends the messages of one thread. */
final class RingSender {
  private final RingBuffer ring;
  private final Writing writing;
  private final IdleStrategy idle;
  private final int thread;
  private final UnsafeBuffer message;
  private long sequence;

  RingSender(RingBuffer ring, Rings rings, int thread, int size) {
    this.ring = ring;
    this.writing = rings.writing();
    this.idle = rings.idle();
    this.thread = thread;
    this.message = new UnsafeBuffer(ByteBuffer.allocateDirect(size));
  }

  void next() {
    message.putInt(0, Lanes.number(thread, sequence++));
    while (!writing.offer(ring, message)) {
      idle.idle();
    }
    idle.reset();
  }
}
