// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event loop that spins for a channel rests when that channel is gone. */
@Timeout(60)
class LoopRestTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** More than the kernel takes at once, in bytes. */
  private static final int ANSWER = 8 * 1024 * 1024;

  private static final long WINDOW_NANOS = 100_000_000;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /** The last write ends the channel: the peer had ended its side, and everything is answered. */
  @Test
  void afterAPlainChannelThatEndsWithItsLastWrite() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        IpcContext context = IpcContext.create()) {
      Channel channel =
          context.connect(
              Endpoint.of("tcp:127.0.0.1:" + server.getLocalPort())
                  .with("framing", "u32be")
                  .with("wait", "spinning"));
      try (Socket peer = server.accept()) {
        peer.getOutputStream().write(new byte[] {0, 0, 0, 1, 'q'});
        peer.shutdownOutput();
        channel.onMessage(question -> channel.trySend(ByteBuffer.allocate(ANSWER)));
        assertEquals(4 + ANSWER, peer.getInputStream().readAllBytes().length);
        channel.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (usedIn(WINDOW_NANOS) > WINDOW_NANOS / 4) {
        assertTrue(System.nanoTime() - deadline < 0, "the event loop still spins");
      }
    }
  }

  /** How much processor time the event loops take while so much passes, in nanoseconds. */
  private long usedIn(long nanos) throws InterruptedException {
    long before = used();
    TimeUnit.NANOSECONDS.sleep(nanos);
    return used() - before;
  }

  private long used() {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith("ipc-socket"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }
}
