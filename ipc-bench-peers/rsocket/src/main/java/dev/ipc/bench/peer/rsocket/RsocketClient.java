// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.Stopwatch;
import dev.ipc.bench.peer.Closing;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.PortFile;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.Trips;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.transport.netty.client.TcpClientTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The asking end. */
final class RsocketClient implements Client {
  /** The default interval, and a life that survives being stopped between rounds. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private static final Duration LIFE = Duration.ofMinutes(10);

  private final Setting setting;
  private final Tally tally;
  private final Trips trips;
  private final byte[] payload;
  private final RSocket socket;
  private final Outgoing outgoing;
  private final CompletableFuture<Void> ended;
  private int next;

  RsocketClient(Setting setting, Work work, Path place, int size) throws IOException {
    this.setting = setting;
    tally = new Tally(size);
    trips = new Trips(tally, this::ask);
    payload = Payload.bytes(size);
    socket =
        RSocketConnector.create()
            .keepAlive(KEEP_ALIVE, LIFE)
            .payloadDecoder(setting.decoder())
            .connect(TcpClientTransport.create(PortFile.read(place)))
            .block(RsocketContender.LIMIT);
    outgoing = work == Work.ONE_WAY ? new Outgoing() : null;
    ended = outgoing == null ? null : start();
  }

  private CompletableFuture<Void> start() {
    Thread caller = Thread.currentThread();
    return socket
        .requestChannel(outgoing)
        .then()
        .toFuture()
        .whenComplete((nothing, failure) -> LockSupport.unpark(caller));
  }

  @Override
  public void roundTrips(Stopwatch stopwatch) throws Exception {
    trips.start(stopwatch).get();
  }

  private void ask() {
    socket.requestResponse(message()).subscribe(this::returned, trips::fail);
  }

  private void returned(io.rsocket.Payload reply) {
    try {
      RsocketServer.take(tally, reply);
    } finally {
      reply.release();
    }
    trips.returned();
  }

  @Override
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      if (!outgoing.await(ended::isDone)) {
        throw new IllegalStateException("the stream has ended: " + ended);
      }
      outgoing.send(message());
    }
  }

  private io.rsocket.Payload message() {
    return setting.payload(next++, payload);
  }

  @Override
  public void close() throws IOException {
    Closing.all(
        List.of(
            this::complete,
            socket::dispose,
            () -> socket.onClose().block(RsocketContender.LIMIT),
            RsocketContender::endThreads));
  }

  private void complete() throws Exception {
    if (outgoing != null) {
      outgoing.complete();
      ended.get(RsocketContender.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
