// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.Stopwatch;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.Trips;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The asking end with an event loop beside its thread, which only sends one way. */
final class ThreadClient implements Client {
  private final Thread caller = Thread.currentThread();
  private final Tally tally;
  private final Trips trips;
  private final byte[] payload;
  private final EventLoopGroup loops;
  private final Channel channel;
  private ChannelFuture last;
  private int next;

  ThreadClient(NettyContender contender, Path place, int size) throws Exception {
    tally = new Tally(size);
    trips = new Trips(tally, this::write);
    payload = Payload.bytes(size);
    SocketKind kind = contender.kind();
    loops = new MultiThreadIoEventLoopGroup(kind.io(contender.setting().selecting()));
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(kind.asking())
            .handler(new Frames(contender.setting(), size, tally, this::taken, this::changed));
    channel = bootstrap.connect(kind.toConnect(place)).sync().channel();
    last = channel.newSucceededFuture();
  }

  private void taken(ChannelHandlerContext context, ByteBuf frame) {
    frame.release();
    trips.returned();
  }

  private void changed() {
    if (channel != null && !channel.isActive()) {
      trips.fail(new ClosedChannelException());
    }
    LockSupport.unpark(caller);
  }

  @Override
  public void roundTrips(Stopwatch stopwatch) throws Exception {
    trips.start(stopwatch).get();
  }

  @Override
  public void send(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      while (!channel.isWritable()) {
        check();
        LockSupport.park(this);
      }
      write();
    }
  }

  private void write() {
    ByteBuf message = channel.alloc().buffer(payload.length);
    message.writeIntLE(next++);
    message.writeBytes(payload, Integer.BYTES, payload.length - Integer.BYTES);
    last = channel.writeAndFlush(message);
  }

  private void check() throws ClosedChannelException {
    tally.check();
    if (!channel.isActive()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() {
    last.awaitUninterruptibly();
    channel.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
