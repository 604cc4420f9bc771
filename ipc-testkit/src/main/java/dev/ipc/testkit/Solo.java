// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A bit of everything within one process, both ends, so that somebody can listen to the noise. */
final class Solo {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Solo() {}

  static void play(IpcContext context, Endpoint endpoint) throws Exception {
    try (context;
        Listener listener = context.listen(endpoint)) {
      for (Variant.Form form : Variant.Form.values()) {
        Channel client = context.connect(listener.endpoint());
        Channel server = listener.accept(PATIENCE).orElseThrow();
        new LocalFarEnd(server, form).echo();
        client.send(ByteBuffer.allocate(100_000));
        client.receive(message -> {}, PATIENCE);
        if (form == Variant.Form.PUSHED) {
          client.close();
        } else {
          client.abort();
        }
      }
    }
  }
}
