// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer whose direct memory is used up. */
@Timeout(120)
class MemoryTest {
  @TempDir Path directory;

  /** More than one read takes, which makes the reader want a larger chunk. */
  @Test
  void itsChannelsGoOn() throws Exception {
    Endpoint endpoint = Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
    try (Peer peer = new Peer(Map.of(), "poor", endpoint.toString());
        IpcContext context = IpcContext.create()) {
      assertEquals(EndpointMain.DONE, peer.says());
      Channel client = context.connect(endpoint);
      for (int length : new int[] {1, 20_000, 100_000, 1}) {
        client.send(ByteBuffer.allocate(length));
        assertEquals(
            Integer.toString(length), assertTimeoutPreemptively(Programs.PATIENCE, peer::says));
      }
    }
  }
}
