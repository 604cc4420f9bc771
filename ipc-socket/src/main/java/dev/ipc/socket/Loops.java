// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.Deadline;
import io.netty.channel.IoHandlerFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The event loops of a transport, one for every two processors, and the connections on them. */
final class Loops implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final List<Loop> loops;
  private final Connections connections = new Connections();
  private final AtomicInteger turn = new AtomicInteger();

  Loops(IoHandlerFactory io) {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    loops = IntStream.range(0, count).mapToObj(i -> new Loop(io)).toList();
  }

  Loop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  Connections connections() {
    return connections;
  }

  @Override
  public void close() {
    connections.endAll();
    loops.forEach(Loop::close);
    if (loops.stream().anyMatch(Loop::isCurrent)) {
      return;
    }
    long deadline = Deadline.after(PATIENCE);
    try {
      for (Loop loop : loops) {
        loop.awaitClosed(Math.max(0, Deadline.left(deadline)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
