// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.ReceiveResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer whose heap of 64 MiB is too small for a message that it agreed to take. */
@Timeout(60)
class MemoryTest {
  private static final int TOO_LONG = 40 << 20;

  @TempDir Path directory;

  @Test
  void theChannelEndsAndThePeerServesOthers() throws Exception {
    Endpoint endpoint = Pairs.endpoint(directory).with("maxMessage", "64m");
    try (Fork fork = Fork.start(List.of(), Map.of(), "serve", endpoint.toString());
        IpcContext context = IpcContext.of(ChannelConfig.defaults(), new ShmTransport())) {
      assertEquals("ready", fork.line());
      Channel first = context.connect(endpoint);
      first.send(ByteBuffer.allocateDirect(TOO_LONG));
      assertEquals(
          CloseReason.PEER_DIED,
          first.closed().toCompletableFuture().get(20, TimeUnit.SECONDS).reason());
      try (Channel second = context.connect(endpoint)) {
        second.send(ByteBuffer.allocate(5));
        assertEquals(
            ReceiveResult.RECEIVED,
            second.receive(echo -> assertEquals(5, echo.remaining()), Duration.ofSeconds(20)));
      }
    }
  }
}
