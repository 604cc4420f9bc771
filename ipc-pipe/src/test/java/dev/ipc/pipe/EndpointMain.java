// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Another process, told by pairs of arguments: {@code listen} or {@code connect}, and where. Says
 * what came of each, in a line, and lives until its standard input ends.
 */
final class EndpointMain {
  static final String DONE = "done";

  private static final int BLOCK = 8 * 1024;

  private EndpointMain() {}

  public static void main(String[] arguments) throws Exception {
    try (IpcContext context = IpcContext.create()) {
      for (int i = 0; i < arguments.length; i += 2) {
        System.out.println(attempt(context, arguments[i], Endpoint.of(arguments[i + 1])));
      }
      while (System.in.read() >= 0) {
        // whoever started us lives
      }
    }
  }

  /** Takes all direct memory at the first message. */
  private static MessageHandler poor() {
    List<ByteBuffer> taken = new ArrayList<>();
    return message -> {
      if (taken.isEmpty()) {
        takeAll(taken);
      }
      System.out.println(message.remaining());
    };
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

  private static String attempt(IpcContext context, String verb, Endpoint endpoint)
      throws InterruptedException {
    try {
      switch (verb) {
        case "listen" ->
            context
                .listen(endpoint)
                .onAccept(
                    channel ->
                        channel.onMessage(
                            message ->
                                channel.trySend(
                                    message.remaining(), room -> room.put(message.duplicate()))));
        case "poor" -> context.listen(endpoint).onAccept(channel -> channel.onMessage(poor()));
        case "connect" -> context.connect(endpoint);
        default -> throw new IllegalArgumentException(verb);
      }
      return DONE;
    } catch (IpcException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }
}
