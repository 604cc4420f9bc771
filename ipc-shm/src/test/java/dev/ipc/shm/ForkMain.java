// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.IpcException;
import dev.ipc.Listener;
import java.time.Duration;

/** What another process does: {@code serve} or {@code connect} at an endpoint. */
final class ForkMain {
  private ForkMain() {}

  public static void main(String[] args) throws InterruptedException {
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
