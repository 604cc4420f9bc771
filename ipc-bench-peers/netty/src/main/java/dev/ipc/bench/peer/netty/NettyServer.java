// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.Contender.Server;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.peer.Closing;
import dev.ipc.bench.peer.Tally;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The serving end: one event loop for its one client. */
final class NettyServer implements Server {
  private final Tally tally;
  private final Setting setting;
  private final EventLoopGroup loops;
  private final Channel listening;
  private final AutoCloseable file;

  NettyServer(NettyContender contender, Work work, Path place, int size) throws Exception {
    tally = new Tally(size);
    setting = contender.setting();
    SocketKind kind = contender.kind();
    loops = new MultiThreadIoEventLoopGroup(1, kind.io(setting.selecting()));
    Frames.Receiver receiver = work == Work.ROUND_TRIP ? this::reply : (c, f) -> f.release();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(kind.serving())
            .childHandler(new Frames(setting, size, tally, receiver, () -> {}));
    if (setting.tuned()) {
      bootstrap.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, setting.marks());
      bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, setting.reads());
    }
    listening = bootstrap.bind(kind.toBind(place)).sync().channel();
    file = kind.announce(place, listening.localAddress());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a void promise tells the channel of failures
  private void reply(ChannelHandlerContext context, ByteBuf frame) {
    if (setting.tuned()) {
      context.writeAndFlush(frame, context.voidPromise());
      return;
    }
    context
        .writeAndFlush(frame)
        .addListener(
            sent -> {
              if (!sent.isSuccess() && context.channel().isActive()) {
                tally.fail(sent.cause());
              }
            });
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
    Closing.all(
        List.of(
            () -> listening.close().sync(),
            () -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync(),
            file));
  }
}
