// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.Stopwatch;
import dev.ipc.bench.peer.Closing;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.Trips;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The asking end; its thread parks until gRPC is ready, or the last reply has come. */
final class GrpcClient implements Contender.Client {
  private final Thread caller = Thread.currentThread();
  private final Work work;
  private final Tally tally;
  private final Trips trips;
  private final byte[] payload;
  private final EventLoopGroup loops = new EpollEventLoopGroup(1);
  private final ManagedChannel channel;
  private final ClientCallStreamObserver<byte[]> requests;
  private volatile boolean completed;
  private int next;

  GrpcClient(GrpcContender contender, Work work, Path place, int size) {
    this.work = work;
    tally = new Tally(size);
    trips = new Trips(tally, this::send);
    payload = Payload.bytes(size);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(GrpcContender.address(place))
            .channelType(EpollDomainSocketChannel.class)
            .eventLoopGroup(loops)
            .usePlaintext();
    contender.setting().client(builder);
    channel = builder.build();
    requests = start(contender);
  }

  private ClientCallStreamObserver<byte[]> start(GrpcContender contender) {
    Replies replies = new Replies();
    if (work == Work.ROUND_TRIP) {
      ClientCall<byte[], byte[]> call = channel.newCall(Bytes.ECHO, contender.setting().call());
      return (ClientCallStreamObserver<byte[]>) ClientCalls.asyncBidiStreamingCall(call, replies);
    }
    ClientCall<byte[], byte[]> call = channel.newCall(Bytes.TAKE, contender.setting().call());
    return (ClientCallStreamObserver<byte[]>) ClientCalls.asyncClientStreamingCall(call, replies);
  }

  @Override
  public void roundTrips(Stopwatch stopwatch) throws Exception {
    trips.start(stopwatch).get();
  }

  @Override
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      while (!requests.isReady()) {
        LockSupport.park(this);
        tally.check();
      }
      send();
    }
  }

  private void send() {
    requests.onNext(Bytes.numbered(payload, next++)); // counted before the reply can come
  }

  @Override
  public void close() throws IOException {
    Closing.all(
        List.of(
            this::complete,
            () -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS),
            () -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync()));
  }

  private void complete() {
    requests.onCompleted();
    while (!completed && tally.failure() == null) {
      LockSupport.park(this);
    }
  }

  private final class Replies implements ClientResponseObserver<byte[], byte[]> {
    @Override
    public void beforeStart(ClientCallStreamObserver<byte[]> stream) {
      stream.setOnReadyHandler(() -> LockSupport.unpark(caller));
    }

    @Override
    public void onNext(byte[] message) {
      if (work == Work.ROUND_TRIP) {
        tally.take(Bytes.number(message), message.length);
        trips.returned();
      }
    }

    @Override
    public void onError(Throwable cause) {
      trips.fail(cause);
      LockSupport.unpark(caller);
    }

    @Override
    public void onCompleted() {
      completed = true;
      LockSupport.unpark(caller);
    }
  }
}
