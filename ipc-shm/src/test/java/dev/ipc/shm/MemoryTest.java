// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.ReceiveResult;
import dev.ipc.RefusedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer that has no more memory than 64 MiB. */
@Timeout(60)
class MemoryTest {
  private static final int TOO_LONG = 40 << 20;

  @TempDir Path directory;

  @Test
  void aMessageThatIsTooLongForItEndsTheChannelAndNoOther() throws Exception {
    Endpoint endpoint = Pairs.endpoint(directory).with("maxMessage", "64m");
    try (Fork fork = Fork.start(List.of(), Map.of(), "serve", endpoint.toString());
        IpcContext context = IpcContext.of(ChannelConfig.defaults(), new ShmTransport())) {
      assertEquals("ready", fork.line());
      Channel first = context.connect(endpoint);
      first.send(ByteBuffer.allocateDirect(TOO_LONG));
      assertEquals(
          CloseReason.PEER_DIED,
          first.closed().toCompletableFuture().get(20, TimeUnit.SECONDS).reason());
      ask(context.connect(endpoint), 5);
    }
  }

  @Test
  void aConnectionThatFindsNoMemoryIsRefusedAtOnce() throws Exception {
    Endpoint endpoint = Pairs.endpoint(directory).with("handshakeTimeout", "30s");
    try (Fork fork = Fork.start(List.of(), Map.of(), "poor", endpoint.toString());
        IpcContext context = IpcContext.of(ChannelConfig.defaults(), new ShmTransport())) {
      assertEquals("ready", fork.line());
      Channel first = context.connect(endpoint);
      ask(first, 1);
      long start = System.nanoTime();
      assertThrows(RefusedException.class, () -> context.connect(endpoint));
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15), "late");
      ask(first, 2);
      ask(context.connect(endpoint), 3);
    }
  }

  private static void ask(Channel channel, int length) throws InterruptedException {
    channel.send(ByteBuffer.allocate(length));
    assertEquals(
        ReceiveResult.RECEIVED,
        channel.receive(echo -> assertEquals(length, echo.remaining()), Duration.ofSeconds(20)));
  }
}
