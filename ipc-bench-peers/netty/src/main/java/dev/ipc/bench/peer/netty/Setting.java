// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.WriteBufferWaterMark;
import java.util.ArrayList;
import java.util.List;

/** How Netty is used. */
enum Setting {
  /**
   * As in its user guide: event loop groups, length field codecs, {@code writeAndFlush} for every
   * message from the application's thread, no option changed. The next message of a round trip is
   * sent by the handler that gets the reply, as in its echo example.
   */
  DEFAULT,
  /**
   * What Netty documents for speed: the application's thread is the client's event loop ({@code
   * ManualIoEventLoop}), so that nothing is handed over, and uses Netty's pools ({@code
   * FastThreadLocalThread}); flushes are consolidated by {@code FlushConsolidationHandler}; frames
   * go back with the header they came with, large ones uncopied; higher write marks and larger
   * reads; no checks of buffers.
   */
  TUNED,
  /** The same, and one way a write is a buffer of many frames, which the application fills. */
  BATCHED,
  /** As tuned, and the event loops never sleep ({@code SelectStrategy.BUSY_WAIT}). */
  BUSY;

  private static final int LOW = 512 * 1024;
  private static final int HIGH = 1024 * 1024;

  private static final List<String> UNCHECKED =
      List.of(
          "-Dio.netty.buffer.checkBounds=false",
          "-Dio.netty.buffer.checkAccessible=false",
          "-Dio.netty.leakDetection.level=disabled");

  /** Since JDK 24 Netty does without Unsafe where it is not told otherwise. */
  private static final List<String> UNSAFE =
      List.of("-Dio.netty.noUnsafe=false", "--sun-misc-unsafe-memory-access=allow");

  private static final int WITHOUT_UNSAFE = 24;

  /** How many bytes of frames are one write, when there are so many. */
  int writeSize() {
    return this == BATCHED ? LoopClient.BATCH : 0;
  }

  boolean tuned() {
    return this != DEFAULT;
  }

  List<String> jvmOptions() {
    if (!tuned()) {
      return List.of();
    }
    List<String> options = new ArrayList<>(UNCHECKED);
    if (Runtime.version().feature() >= WITHOUT_UNSAFE) {
      options.addAll(UNSAFE);
    }
    return options;
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
