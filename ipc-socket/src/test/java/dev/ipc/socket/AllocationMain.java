// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.Listener;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The far end of {@link AllocationTest}: echoes, drops, floods, and tells what it allocated. */
final class AllocationMain {
  private AllocationMain() {}

  public static void main(String[] args) throws Exception {
    Listener listener = Ipc.listen(Endpoint.of(args[0]));
    System.out.println(listener.endpoint());
    Channel channel = listener.accept(Duration.ofMinutes(1)).orElseThrow();
    channel.onMessage(
        message -> {
          if (message.get(message.position()) == AllocationTest.ECHO) {
            channel.trySend(message);
          }
        });
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      int flood = Integer.parseInt(line);
      ByteBuffer message = ByteBuffer.allocateDirect(AllocationTest.LENGTH);
      for (int i = 0; i < flood; i++) {
        channel.send(message);
      }
      System.out.println(AllocationTest.allocated());
    }
  }
}
