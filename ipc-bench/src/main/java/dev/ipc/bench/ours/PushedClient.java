// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Lanes;
import dev.ipc.bench.Stopwatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;

/** Each reply that arrives in the handler sends the next message. */
final class PushedClient implements Contender.Client {
  private final Channel channel;
  private final ByteBuffer message;
  private volatile CompletableFuture<Void> done = new CompletableFuture<>();
  private Stopwatch stopwatch;
  private long sequence;
  private int number;

  PushedClient(Channel channel, int size) {
    this.channel = channel;
    this.message = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    channel.onError(e -> done.completeExceptionally(e));
    channel.onMessage(this::returned);
    channel
        .closed()
        .thenAccept(r -> done.completeExceptionally(new IllegalStateException("closed, " + r)));
  }

  @Override
  public void roundTrips(Stopwatch watch) throws Exception {
    done = new CompletableFuture<>();
    stopwatch = watch;
    next();
    done.get();
  }

  @Override
  public void close() {
    channel.close();
  }

  private void returned(ByteBuffer reply) {
    if (OurServer.number(reply) != number || reply.remaining() != message.capacity()) {
      throw new IllegalStateException("the wrong reply arrived, expected=" + number);
    }
    if (stopwatch.returned()) {
      next();
    } else {
      done.complete(null);
    }
  }

  private void next() {
    number = Lanes.number(0, sequence++);
    message.putInt(0, number);
    stopwatch.sent();
    OurServer.send(channel, message);
  }
}
