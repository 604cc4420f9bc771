// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.MessageWriter;
import dev.ipc.SendResult;
import dev.ipc.bench.Lanes;
import dev.ipc.bench.SendingThreads;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** Writes messages into the transport's own memory, all of their bytes. */
final class InPlaceSender implements SendingThreads.Step {
  private final Channel channel;
  private final ByteBuffer message;
  private final MessageWriter writer;
  private long sequence;

  InPlaceSender(Channel channel, int size) {
    this.channel = channel;
    this.message = OurEnds.message(size);
    this.writer =
        buffer -> {
          int start = buffer.position();
          buffer.put(start, message, 0, message.capacity());
          buffer.position(start + message.capacity());
        };
  }

  @Override
  public void next() throws InterruptedException {
    message.putInt(0, Lanes.number(0, sequence++));
    while (channel.trySend(message.capacity(), writer) != SendResult.SENT) {
      CountDownLatch room = new CountDownLatch(1);
      channel.onRoom(room::countDown);
      room.await();
    }
  }
}
