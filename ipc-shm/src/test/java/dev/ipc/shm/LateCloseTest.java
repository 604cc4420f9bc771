// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener that is closed while it learns that its client has mapped the memory. */
@Timeout(60)
class LateCloseTest {
  private static final int TIMES = 1000;

  @TempDir Path directory;

  @Test
  void theClientLearnsOfIt() throws Exception {
    try (IpcContext servers = IpcContext.of(ChannelConfig.defaults(), new ShmTransport());
        IpcContext clients = IpcContext.of(ChannelConfig.defaults(), new ShmTransport())) {
      Endpoint endpoint = Pairs.endpoint(directory);
      for (int i = 0; i < TIMES; i++) {
        Channel client;
        try (Listener listener = servers.listen(endpoint)) {
          client = clients.connect(endpoint);
        }
        assertEquals(
            CloseReason.PEER_CLOSED,
            client.closed().toCompletableFuture().get(10, TimeUnit.SECONDS).reason(),
            "after " + i);
      }
    }
  }
}
