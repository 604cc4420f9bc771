// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Lanes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;

/** Serves any number of channels: counts what comes, and sends it back if asked to. */
final class OurServer implements Contender.Server {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Collection<Lanes> lanes = new ConcurrentLinkedQueue<>();
  private final Collection<Channel> channels = new ConcurrentLinkedQueue<>();
  private final BiFunction<Channel, Lanes, MessageHandler> handlers;
  private final Listener listener;
  private volatile Throwable failure;

  private OurServer(Endpoint endpoint, BiFunction<Channel, Lanes, MessageHandler> handlers) {
    this.handlers = handlers;
    this.listener = Ipc.listen(endpoint);
  }

  /** Counts. */
  static OurServer counting(Endpoint endpoint) {
    return new OurServer(endpoint, (channel, lanes) -> message -> lanes.next(number(message)));
  }

  /** Counts, and sends every message back from the handler. */
  static OurServer answering(Endpoint endpoint) {
    return new OurServer(
        endpoint,
        (channel, lanes) ->
            message -> {
              lanes.next(number(message));
              send(channel, message);
            });
  }

  /** Handlers are called by the library. */
  OurServer pushed() {
    listener.onAccept(channel -> accepted(channel).onMessage(handler(channel)));
    return this;
  }

  /** Handlers are called by a thread of ours, which waits for messages. */
  OurServer pulled() {
    listener.onAccept(
        channel -> {
          MessageHandler handler = handler(accepted(channel));
          Thread thread = new Thread(() -> pull(channel, handler), "bench-server");
          thread.setDaemon(true);
          thread.start();
        });
    return this;
  }

  Endpoint endpoint() {
    return listener.endpoint();
  }

  /** The number that a message begins with. */
  static int number(ByteBuffer message) {
    return Integer.reverseBytes(message.getInt(message.position()));
  }

  /** Sends from any thread, a handler's too. */
  static void send(Channel channel, ByteBuffer message) {
    if (channel.trySend(message) != SendResult.SENT) {
      try {
        channel.send(message);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public long received() {
    return lanes.stream().mapToLong(Lanes::count).sum();
  }

  @Override
  public Throwable failure() {
    return failure;
  }

  @Override
  public void close() {
    listener.close();
    List.copyOf(channels).forEach(Channel::abort);
  }

  private Channel accepted(Channel channel) {
    channels.add(channel);
    channel.onError(e -> failure = e);
    channel.closed().thenRun(() -> channels.remove(channel));
    return channel;
  }

  private MessageHandler handler(Channel channel) {
    Lanes own = new Lanes();
    lanes.add(own);
    return handlers.apply(channel, own);
  }

  private void pull(Channel channel, MessageHandler handler) {
    try {
      ReceiveResult result = ReceiveResult.RECEIVED;
      while (result != ReceiveResult.ENDED) {
        result = channel.receive(handler, PATIENCE);
      }
    } catch (InterruptedException | RuntimeException e) {
      failure = e;
    }
  }
}
