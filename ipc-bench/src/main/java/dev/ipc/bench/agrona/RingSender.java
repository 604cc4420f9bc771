// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import dev.ipc.bench.Lanes;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Sends the messages of one thread. */
final class RingSender {
  private final RingBuffer ring;
  private final Writing writing;
  private final int thread;
  private final UnsafeBuffer message;
  private long sequence;

  RingSender(RingBuffer ring, Writing writing, int thread, int size) {
    this.ring = ring;
    this.writing = writing;
    this.thread = thread;
    this.message = new UnsafeBuffer(ByteBuffer.allocateDirect(size));
  }

  void next() {
    message.putInt(0, Lanes.number(thread, sequence++));
    while (!writing.offer(ring, message)) {
      Thread.onSpinWait();
    }
  }
}
