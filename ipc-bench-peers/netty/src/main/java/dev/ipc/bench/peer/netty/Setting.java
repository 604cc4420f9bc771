// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.WriteBufferWaterMark;

/** How Netty is used. */
enum Setting {
  /**
   * As in its user guide: event loop groups, length field codecs, {@code writeAndFlush} for every
   * message from the application's thread, no option changed. Answers are handed from the event
   * loop to that thread.
   */
  DEFAULT,
  /**
   * What Netty documents for speed: the application's thread is the client's event loop ({@code
   * ManualIoEventLoop}), so that nothing is handed over; flushes are consolidated by {@code
   * FlushConsolidationHandler}; frames go back with the header they came with; higher write marks
   * and larger reads.
   */
  TUNED,
  /** The same, and the event loops never sleep ({@code SelectStrategy.BUSY_WAIT}). */
  BUSY;

  private static final int LOW = 512 * 1024;
  private static final int HIGH = 1024 * 1024;

  boolean tuned() {
    return this != DEFAULT;
  }

  SelectStrategyFactory selecting() {
    return this == BUSY
        ? () -> (selectable, tasks) -> tasks ? selectable.get() : SelectStrategy.BUSY_WAIT
        : DefaultSelectStrategyFactory.INSTANCE;
  }

  WriteBufferWaterMark marks() {
    return new WriteBufferWaterMark(LOW, HIGH);
  }

  AdaptiveRecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(64, 65_536, HIGH);
  }

  void client(AbstractBootstrap<?, ?> bootstrap) {
    if (tuned()) {
      bootstrap.option(ChannelOption.WRITE_BUFFER_WATER_MARK, marks());
      bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, reads());
    }
  }
}
