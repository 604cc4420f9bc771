// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Lanes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many connections, each of which sends its next message when its last one has come back. */
final class ManyClient implements Contender.Client {
  private final List<Conversation> conversations = new ArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile boolean running;

  ManyClient(Endpoint endpoint, int connections, int size) throws InterruptedException {
    for (int i = 0; i < connections; i++) {
      conversations.add(new Conversation(Ipc.connect(endpoint), size));
    }
  }

  @Override
  public long sendFor(long nanos) throws Exception {
    long before = sent();
    done = new CompletableFuture<>();
    waiting.set(conversations.size());
    running = true;
    conversations.forEach(Conversation::next);
    TimeUnit.NANOSECONDS.sleep(nanos);
    running = false;
    done.get();
    return sent() - before;
  }

  @Override
  public void close() {
    conversations.forEach(conversation -> conversation.channel.close());
  }

  private long sent() {
    return conversations.stream().mapToLong(conversation -> conversation.number).sum();
  }

  private final class Conversation {
    private final Channel channel;
    private final ByteBuffer message;
    private long number;

    Conversation(Channel channel, int size) {
      this.channel = channel;
      this.message = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
      channel.onError(e -> done.completeExceptionally(e));
      channel.onMessage(this::returned);
    }

    private void returned(ByteBuffer reply) {
      if (OurServer.number(reply) != Lanes.number(0, number - 1)) {
        throw new IllegalStateException("the wrong reply arrived, expected=" + (number - 1));
      }
      if (running) {
        next();
      } else if (waiting.decrementAndGet() == 0) {
        done.complete(null);
      }
    }

    private void next() {
      message.putInt(0, Lanes.number(0, number++));
      OurServer.send(channel, message);
    }
  }
}
