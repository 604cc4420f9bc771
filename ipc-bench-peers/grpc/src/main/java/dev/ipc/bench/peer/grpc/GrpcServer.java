// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import dev.ipc.bench.Contender;
import dev.ipc.bench.peer.Closing;
import dev.ipc.bench.peer.Tally;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The serving end. */
final class GrpcServer implements Contender.Server {
  private final Tally tally;
  private final int requested;
  private final Path file;
  private final EventLoopGroup loops = new EpollEventLoopGroup(1);
  private final Server server;
  private volatile boolean closing;

  GrpcServer(GrpcContender contender, Path place, int size) throws IOException {
    tally = new Tally(size);
    requested = contender.setting().requested(size);
    file = GrpcContender.path(place);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(GrpcContender.address(place))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .addService(service());
    contender.setting().server(builder);
    server = builder.build().start();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(Bytes.SERVICE)
        .addMethod(
            Bytes.ECHO, ServerCalls.asyncBidiStreamingCall(replies -> new Taking(replies, true)))
        .addMethod(
            Bytes.TAKE, ServerCalls.asyncClientStreamingCall(replies -> new Taking(replies, false)))
        .build();
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
            () -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS),
            () -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync(),
            () -> Files.deleteIfExists(file)));
  }

  /** Takes the messages of one stream, and echoes them where that is asked. */
  private final class Taking implements StreamObserver<byte[]> {
    private final ServerCallStreamObserver<byte[]> replies;
    private final boolean echo;
    private int taken;

    Taking(StreamObserver<byte[]> replies, boolean echo) {
      this.replies = (ServerCallStreamObserver<byte[]>) replies;
      this.echo = echo;
      if (requested > 1) {
        this.replies.disableAutoRequest();
        this.replies.request(requested);
      }
    }

    @Override
    public void onNext(byte[] message) {
      try {
        tally.take(Bytes.number(message), message.length);
      } catch (IllegalStateException e) {
        tally.fail(e);
        throw e;
      }
      if (echo) {
        replies.onNext(message);
      }
      taken++;
      if (requested > 1 && taken == requested / 2) {
        replies.request(taken);
        taken = 0;
      }
    }

    @Override
    public void onError(Throwable cause) {
      if (!closing) {
        tally.fail(cause);
      }
    }

    @Override
    public void onCompleted() {
      if (!echo) {
        replies.onNext(new byte[0]);
      }
      replies.onCompleted();
    }
  }
}
