// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A handler that leaves its thread interrupted, which closes a file channel that it uses next. */
@Timeout(60)
class InterruptTest {
  @TempDir Path directory;

  @Test
  void theChannelGoesOn() throws Exception {
    Endpoint endpoint = Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
    List<String> heard = new CopyOnWriteArrayList<>();
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint);
        Channel client = context.connect(listener.endpoint());
        Channel server = listener.accept(Programs.PATIENCE).orElseThrow()) {
      server.onMessage(
          message -> {
            heard.add(Programs.text(message.duplicate()));
            server.trySend(message);
            Thread.currentThread().interrupt();
          });
      for (String text : List.of("one", "two", "three")) {
        client.send(Programs.text(text));
        client.receive(message -> assertEquals(text, Programs.text(message)), Programs.PATIENCE);
      }
      assertEquals(List.of("one", "two", "three"), heard);
    }
  }
}
