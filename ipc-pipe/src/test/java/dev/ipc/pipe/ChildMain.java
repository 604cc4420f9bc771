// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/**
 * A child in Java, told by its argument: {@code echo} answers, {@code count} sends numbers without
 * end, {@code parent} starts an echoing child, tells its pid and does nothing more.
 */
final class ChildMain {
  private ChildMain() {}

  public static void main(String[] arguments) throws Exception {
    try (IpcContext context = IpcContext.create()) {
      if (arguments[0].equals("parent")) {
        Channel child = context.connect(PipeTransport.exec(Programs.java(ChildMain.class, "echo")));
        System.out.println(child.peer().claimedPid().orElseThrow());
        new CountDownLatch(1).await();
      }
      Channel parent = context.connect(Endpoint.of("stdio:"));
      System.out.println("a stray line, which must not corrupt the stream");
      System.out.printf("read %d from the standard input%n", System.in.read());
      if (arguments[0].equals("echo")) {
        parent.onMessage(
            message -> parent.trySend(message.remaining(), room -> room.put(message.duplicate())));
      } else {
        count(parent);
      }
      parent.closed().toCompletableFuture().join();
    }
  }

  private static void count(Channel parent) throws InterruptedException {
    try {
      for (long number = 0; true; number++) {
        int longs = 1 + (int) (number % 1000);
        ByteBuffer message = ByteBuffer.allocate(longs * Long.BYTES);
        while (message.hasRemaining()) {
          message.putLong(number);
        }
        parent.send(message.flip());
      }
    } catch (ClosedException e) {
      // the end
    }
  }
}
