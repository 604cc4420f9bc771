// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.IpcException;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What another process does: {@code serve} or {@code connect} at an endpoint, serve as a {@code
 * poor} one without memory, {@code scribble} over a file, be a {@code hostile} peer, or {@code
 * interpret} the tests against one.
 */
final class ForkMain {
  private static final int BLOCK = 64 * 1024;

  private ForkMain() {}

  public static void main(String[] args) throws InterruptedException, IOException {
    switch (args[0]) {
      case "scribble" -> Scribbler.overFile(Path.of(args[1]), Long.parseLong(args[2]));
      case "hostile" -> Scribbler.asPeer(Endpoint.of(args[1]), Long.parseLong(args[2]));
      case "interpret" -> interpret();
      case "poor" -> serveWithLittleMemory(Endpoint.of(args[1]));
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

  /**
   * Answers; before that, takes all direct memory for a message of one byte, frees it for others.
   */
  private static void serveWithLittleMemory(Endpoint endpoint) throws InterruptedException {
    List<ByteBuffer> taken = new ArrayList<>();
    Listener listener = Ipc.listen(endpoint);
    listener.onAccept(
        channel ->
            channel.onMessage(
                message -> {
                  taken.clear();
                  if (message.remaining() == 1) {
                    takeAll(taken);
                  }
                  channel.trySend(message);
                }));
    System.out.println("ready");
    new java.util.concurrent.CountDownLatch(1).await();
  }

  private static void takeAll(List<ByteBuffer> taken) {
    try {
      while (true) {
        taken.add(ByteBuffer.allocateDirect(BLOCK));
      }
    } catch (OutOfMemoryError e) {
      // that was all
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
