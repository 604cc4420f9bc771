// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.TransportThread;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** One event loop: a thread, its handler, and the buffer that all its sockets are read into. */
final class Loop {
  private static final ThreadFactory THREADS = TransportThread.factory("ipc-socket");

  private final SingleThreadIoEventLoop events;
  private LoopHandler handler;
  private final Chunk chunk = new Chunk();

  Loop(IoHandlerFactory io) {
    events =
        new SingleThreadIoEventLoop(
            null,
            THREADS,
            executor -> {
              handler = new LoopHandler(io.newHandler(executor));
              return handler;
            });
  }

  LoopHandler handler() {
    return handler;
  }

  /** The shared buffer. On the event loop. */
  Chunk chunk() {
    return chunk;
  }

  boolean isCurrent() {
    return events.inEventLoop();
  }

  void execute(Runnable task) {
    events.execute(task);
  }

  /** Runs a task later; cancel what is no longer wanted. */
  Future<?> timer(Runnable task, long nanos) {
    return events.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Runs a task later in any case. */
  void later(Runnable task, long nanos) {
    Future<?> unused = timer(task, nanos);
  }

  io.netty.util.concurrent.Future<IoRegistration> register(IoHandle handle) {
    return events.register(handle);
  }

  boolean isClosed() {
    return events.isShuttingDown();
  }

  void close() {
    Future<?> unused = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  void awaitClosed(long nanos) throws InterruptedException {
    events.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }
}
