// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.IoEventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The event loop that is the thread which makes it. */
final class OwnLoop {
  private static final long TURN = TimeUnit.MILLISECONDS.toNanos(100);

  private final ManualIoEventLoop loop;
  private final boolean busy;

  OwnLoop(NettyContender contender) {
    Setting setting = contender.setting();
    busy = setting == Setting.BUSY;
    loop = new ManualIoEventLoop(Thread.currentThread(), contender.kind().io(setting.selecting()));
  }

  IoEventLoop loop() {
    return loop;
  }

  /** Does what there is to do, without waiting. */
  void look() {
    loop.runNow();
  }

  /** Does what there is to do, after waiting for it. */
  void turn() {
    if (busy) {
      loop.runNow();
    } else {
      loop.run(TURN);
    }
  }

  ChannelFuture await(ChannelFuture future) throws Exception {
    while (!future.isDone()) {
      loop.run(TURN);
    }
    return future.sync();
  }

  /** Works with Netty's pools, which otherwise are off for a thread that is not its own. */
  static <T> T pooled(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    FastThreadLocalThread.runWithFastThreadLocal(task);
    return task.get();
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  void close() {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    while (!loop.isTerminated()) {
      loop.runNow();
    }
  }
}
