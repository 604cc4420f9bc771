// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.Stopwatch;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.Trips;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.Future;

/** The asking end whose thread is the event loop. What a write comes to is seen by the channel. */
@SuppressWarnings("FutureReturnValueIgnored")
final class LoopClient implements Client {
  /** Bytes of frames in one flush. */
  static final int BATCH = 64 * 1024;

  private final Tally tally;
  private final Trips trips;
  private final byte[] payload;
  private final OwnLoop loop;
  private final Channel channel;
  private final int writeSize;
  private int next;
  private int unflushed;
  private ByteBuf frames = Unpooled.EMPTY_BUFFER;

  LoopClient(NettyContender contender, Path place, int size) throws Exception {
    tally = new Tally(size);
    trips = new Trips(tally, this::sendAlone);
    payload = Payload.bytes(size);
    Setting setting = contender.setting();
    writeSize = Math.max(setting.writeSize(), size + NettyContender.HEADER);
    SocketKind kind = contender.kind();
    loop = new OwnLoop(contender);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop.loop())
            .channel(kind.asking())
            .handler(new Frames(setting, size, tally, this::taken, () -> {}));
    setting.client(bootstrap);
    channel = loop.await(bootstrap.connect(kind.toConnect(place))).channel();
  }

  @Override
  public void roundTrips(Stopwatch stopwatch) throws Exception {
    OwnLoop.pooled(() -> makeTrips(stopwatch));
  }

  @Override
  public long sendFor(long nanos) throws Exception {
    return OwnLoop.pooled(() -> Client.super.sendFor(nanos));
  }

  private Void makeTrips(Stopwatch stopwatch) throws Exception {
    Future<Void> done = trips.start(stopwatch);
    while (!done.isDone()) {
      loop.turn();
      check();
    }
    return null;
  }

  private void taken(ChannelHandlerContext context, ByteBuf frame) {
    frame.release();
    trips.returned();
  }

  private void sendAlone() {
    ByteBuf frame = channel.alloc().directBuffer(frameSize());
    write(frame);
    channel.writeAndFlush(frame, channel.voidPromise());
  }

  @Override
  public void send(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      if (frames.writableBytes() < frameSize()) {
        handOver();
        if (unflushed >= BATCH || !channel.isWritable()) {
          push();
        }
        frames = channel.alloc().directBuffer(writeSize);
      }
      write(frames);
    }
  }

  private void handOver() {
    unflushed += frames.readableBytes();
    channel.write(frames, channel.voidPromise());
    frames = Unpooled.EMPTY_BUFFER;
  }

  private void push() throws Exception {
    unflushed = 0;
    channel.flush();
    loop.look();
    while (!channel.isWritable()) {
      loop.turn();
      check();
    }
  }

  /** Writes all: without the caller's thread there is nobody who would. */
  @Override
  public void flush() throws Exception {
    handOver();
    push();
    while (channel.isActive() && channel.unsafe().outboundBuffer().size() > 0) {
      loop.turn();
    }
    check();
  }

  private int frameSize() {
    return payload.length + NettyContender.HEADER;
  }

  private void write(ByteBuf to) {
    to.writeInt(payload.length).writeIntLE(next++);
    to.writeBytes(payload, Integer.BYTES, payload.length - Integer.BYTES);
  }

  private void check() throws ClosedChannelException {
    tally.check();
    if (!channel.isActive()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() {
    channel.close();
    loop.close();
  }
}
