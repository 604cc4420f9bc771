// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that echoes, the client it has to serve throughout, and the channels of the others. */
final class GoodClient implements AutoCloseable {
  private final IpcContext context = Place.context();
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
  private final Listener listener;
  private final Channel client;
  private final Collector echoes;
  private int round;

  GoodClient(Endpoint endpoint) throws InterruptedException {
    listener = context.listen(endpoint);
    listener.onAccept(
        channel -> {
          channel.onMessage(channel::trySend);
          accepted.add(channel);
        });
    client = context.connect(listener.endpoint());
    echoes = Collector.on(client);
    nextAccepted();
  }

  Endpoint endpoint() {
    return listener.endpoint();
  }

  /** The channel of the next client, which is not this one. */
  Channel nextAccepted() throws InterruptedException {
    Channel channel = accepted.poll(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (channel == null) {
      throw new AssertionError("nobody was accepted");
    }
    return channel;
  }

  boolean nobodyElse() {
    return accepted.isEmpty();
  }

  /** Sends, and waits for the echo. */
  void isServed() throws InterruptedException {
    byte[] message = Collector.payload(1 + round % 3000, round++);
    client.send(ByteBuffer.wrap(message));
    echoes.expect(message);
  }

  @Override
  public void close() {
    client.close();
    listener.close();
    context.close();
  }
}
