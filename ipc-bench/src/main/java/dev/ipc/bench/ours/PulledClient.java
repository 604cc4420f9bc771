// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.ReceiveResult;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Lanes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** Sends and waits for the reply. */
final class PulledClient implements Contender.Client {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Channel channel;
  private final ByteBuffer message;
  private int number;
  private int reply;

  PulledClient(Channel channel, int size) {
    this.channel = channel;
    this.message = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void roundTrip() throws InterruptedException {
    int sent = Lanes.number(0, number++);
    message.putInt(0, sent);
    channel.send(message);
    ReceiveResult result = channel.receive(m -> reply = OurServer.number(m), PATIENCE);
    if (result != ReceiveResult.RECEIVED || reply != sent) {
      throw new IllegalStateException("the reply is missing or wrong, result=" + result);
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
