// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.peer.Tally;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.flush.FlushConsolidationHandler;

/** The pipeline of either end: cuts frames, checks and counts them, hands them on. */
final class Frames extends ChannelInitializer<Channel> {
  /** What becomes of a frame, which the receiver now owns. */
  interface Receiver {
    void receive(ChannelHandlerContext context, ByteBuf frame);
  }

  /** Bytes from which on a frame in several buffers costs less than copying it into one. */
  private static final int LARGE = 16 * 1024;

  private final Setting setting;
  private final int size;
  private final Tally tally;
  private final Receiver receiver;
  private final Runnable changed;

  /**
   * @param changed runs when the channel has become writable, or has ended
   */
  Frames(Setting setting, int size, Tally tally, Receiver receiver, Runnable changed) {
    this.setting = setting;
    this.size = size;
    this.tally = tally;
    this.receiver = receiver;
    this.changed = changed;
  }

  @Override
  protected void initChannel(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    int header = NettyContender.HEADER;
    int strip = setting.tuned() ? 0 : header;
    if (setting.tuned()) {
      pipeline.addLast(new FlushConsolidationHandler());
    } else {
      pipeline.addLast(new LengthFieldPrepender(header));
    }
    LengthFieldBasedFrameDecoder cutting =
        new LengthFieldBasedFrameDecoder(size + header, 0, header, 0, strip);
    if (setting.tuned() && size >= LARGE) {
      cutting.setCumulator(ByteToMessageDecoder.COMPOSITE_CUMULATOR);
    }
    pipeline.addLast(cutting);
    pipeline.addLast(new Handler(strip == 0 ? header : 0));
  }

  private final class Handler extends ChannelInboundHandlerAdapter {
    private final int start;

    Handler(int start) {
      this.start = start;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf frame = (ByteBuf) message;
      int at = frame.readerIndex() + start;
      tally.take(frame.getIntLE(at), frame.readableBytes() - start);
      receiver.receive(context, frame);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      changed.run();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      changed.run();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      tally.fail(cause);
      context.close();
    }
  }
}
