// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.IpcException;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What another process does: {@code serve} or {@code connect} at an endpoint, {@code scribble} over
 * a file, be a {@code hostile} peer, or {@code interpret} the tests against one.
 */
final class ForkMain {
  private ForkMain() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    switch (args[0]) {
      case "scribble" -> Scribbler.overFile(Path.of(args[1]), Long.parseLong(args[2]));
      case "hostile" -> Scribbler.asPeer(Endpoint.of(args[1]), Long.parseLong(args[2]));
      case "interpret" -> interpret();
      default -> use(args);
    }
  }

  private static void interpret() {
    System.out.println(System.getProperty("java.vm.info"));
    for (Rings.Kind kind : Rings.kinds()) {
      new HostileRingTest().readAtRest(kind);
      new HostileRingTest().writeAtRest(kind);
      System.out.println("survived " + kind);
    }
  }

  private static void use(String[] args) throws InterruptedException {
    Endpoint endpoint = Endpoint.of(args[1]);
    try {
      if (args[0].equals("serve")) {
        Listener listener = Ipc.listen(endpoint);
        listener.onAccept(channel -> channel.onMessage(message -> channel.trySend(message)));
        System.out.println("ready");
        new java.util.concurrent.CountDownLatch(1).await();
      } else {
        ChannelConfig hasty =
            ChannelConfig.builder().connectTimeout(Duration.ofMillis(200)).build();
        try (Channel channel = Ipc.connect(endpoint, hasty)) {
          System.out.println("connected " + channel.peer().user());
        }
      }
    } catch (IpcException e) {
      System.out.println(e.getClass().getSimpleName());
    }
  }
}
