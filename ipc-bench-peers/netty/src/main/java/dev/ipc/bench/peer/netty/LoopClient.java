// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ManualIoEventLoop;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The asking end whose thread is the event loop. What a write comes to is seen by the channel. */
@SuppressWarnings("FutureReturnValueIgnored")
final class LoopClient implements Client {
  /** Bytes written before they are flushed. */
  private static final int BATCH = 64 * 1024;

  private static final long TURN = TimeUnit.MILLISECONDS.toNanos(100);

  private final Tally tally;
  private final byte[] payload;
  private final Setting setting;
  private final ManualIoEventLoop loop;
  private final Channel channel;
  private int next;
  private int waiting;

  LoopClient(NettyContender contender, Path place, int size) throws Exception {
    tally = new Tally(size);
    payload = Payload.bytes(size);
    setting = contender.setting();
    SocketKind kind = contender.kind();
    loop = new ManualIoEventLoop(Thread.currentThread(), kind.io(setting.selecting()));
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(kind.asking())
            .handler(new Frames(setting, size, tally, (c, frame) -> frame.release(), () -> {}));
    setting.client(bootstrap);
    channel = await(bootstrap.connect(kind.toConnect(place))).channel();
  }

  @Override
  public void roundTrip() throws Exception {
    channel.writeAndFlush(message(), channel.voidPromise());
    while (tally.received() != next) {
      turn();
      check();
    }
  }

  @Override
  public void send(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      waiting += payload.length + NettyContender.HEADER;
      channel.write(message(), channel.voidPromise());
      if (waiting >= BATCH || !channel.isWritable()) {
        push();
      }
      while (!channel.isWritable()) {
        turn();
        check();
      }
    }
  }

  private void push() {
    waiting = 0;
    channel.flush();
    loop.runNow();
  }

  /** Writes all: without the caller's thread there is nobody who would. */
  @Override
  public void flush() throws Exception {
    push();
    while (channel.isActive() && channel.unsafe().outboundBuffer().size() > 0) {
      turn();
    }
    check();
  }

  private ByteBuf message() {
    ByteBuf message = channel.alloc().directBuffer(payload.length + NettyContender.HEADER);
    message.writeInt(payload.length).writeIntLE(next++);
    return message.writeBytes(payload, Integer.BYTES, payload.length - Integer.BYTES);
  }

  private void turn() {
    if (setting == Setting.BUSY) {
      loop.runNow();
    } else {
      loop.run(TURN);
    }
  }

  private void check() throws ClosedChannelException {
    tally.check();
    if (!channel.isActive()) {
      throw new ClosedChannelException();
    }
  }

  private ChannelFuture await(ChannelFuture future) throws Exception {
    while (!future.isDone()) {
      loop.run(TURN);
    }
    return future.sync();
  }

  @Override
  public void close() {
    channel.close();
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    while (!loop.isTerminated()) {
      loop.runNow();
    }
  }
}
