// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import dev.ipc.bench.Contender.Server;
import dev.ipc.bench.peer.Closing;
import dev.ipc.bench.peer.PortFile;
import dev.ipc.bench.peer.Tally;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The serving end. */
final class RsocketServer implements Server {
  private final Tally tally;
  private final Setting setting;
  private final int size;
  private final CloseableChannel listening;
  private final AutoCloseable file;
  private volatile boolean closing;

  RsocketServer(Setting setting, Path place, int size) throws IOException {
    tally = new Tally(size);
    this.setting = setting;
    this.size = size;
    listening =
        RSocketServer.create(SocketAcceptor.with(new Responder()))
            .payloadDecoder(setting.decoder())
            .bind(TcpServerTransport.create(PortFile.any()))
            .block(RsocketContender.LIMIT);
    file = PortFile.write(place, listening.address().getPort());
  }

  @Override
  public long received() {
    return tally.received();
  }

  @Override
  public Throwable failure() {
    return tally.failure();
  }

  @Override
  public void close() throws IOException {
    closing = true;
    Closing.all(
        List.of(
            listening::dispose,
            () -> listening.onClose().block(RsocketContender.LIMIT),
            RsocketContender::endThreads,
            file));
  }

  /** Counts a message, which is in direct or heap memory and starts anywhere. */
  static void take(Tally tally, Payload payload) {
    tally.take(
        payload.getData().order(ByteOrder.LITTLE_ENDIAN).getInt(0), payload.data().readableBytes());
  }

  private void taken(Payload payload) {
    try {
      take(tally, payload);
    } finally {
      payload.release();
    }
  }

  private void failed(Throwable cause) {
    if (!closing) {
      tally.fail(cause);
    }
  }

  private final class Responder implements RSocket {
    @Override
    public Mono<Payload> requestResponse(Payload payload) {
      try {
        take(tally, payload);
      } catch (RuntimeException e) {
        tally.fail(e);
        payload.release();
        return Mono.error(e);
      }
      return Mono.just(payload);
    }

    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
      return setting
          .take(payloads, size, RsocketServer.this::taken)
          .doOnError(RsocketServer.this::failed);
    }
  }
}
