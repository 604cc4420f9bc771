// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;

/**
 * Another process, told by pairs of arguments: {@code listen} or {@code connect}, and where. Says
 * what came of each, in a line, and lives until its standard input ends.
 */
final class EndpointMain {
  static final String DONE = "done";

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
        case "connect" -> context.connect(endpoint);
        default -> throw new IllegalArgumentException(verb);
      }
      return DONE;
    } catch (IpcException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }
}
