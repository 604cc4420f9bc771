// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.Ipc;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What the other process does: its first argument says it. */
final class ForkMain {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final BufferedReader COMMANDS =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private ForkMain() {}

  public static void main(String[] arguments) throws Exception {
    Endpoint endpoint = Endpoint.of(arguments[1]);
    switch (arguments[0]) {
      case "fill" -> fill(endpoint);
      case "stall" -> stall(endpoint);
      case "clients" -> clients(endpoint, Integer.parseInt(arguments[2]));
      case "starter" -> starter(endpoint);
      case "silent" -> silent(endpoint);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.exit(0);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Sends numbered messages until nothing moves, says how many, and waits to be killed. */
  private static void fill(Endpoint endpoint) throws Exception {
    Channel channel = Ipc.connect(endpoint);
    ByteBuffer message = ByteBuffer.allocate(1000);
    int sent = 0;
    while (channel.send(message.putInt(0, sent), Duration.ofMillis(500))) {
      sent++;
    }
    say("full " + sent);
    COMMANDS.readLine();
  }

  /** Connects, takes one message to become a puller, and never takes another. */
  private static void stall(Endpoint endpoint) throws Exception {
    Channel channel = Ipc.connect(endpoint);
    channel.receive(m -> {}, LONG);
    say("stalled");
    COMMANDS.readLine();
    channel.abort();
  }

  /** Many clients that echo 100 times each. */
  private static void clients(Endpoint endpoint, int count) throws Exception {
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      channels.add(Ipc.connect(endpoint));
    }
    say("connected");
    COMMANDS.readLine();
    CountDownLatch done = new CountDownLatch(count);
    for (Channel channel : channels) {
      int[] left = {100};
      channel.onMessage(
          message -> {
            if (--left[0] == 0) {
              done.countDown();
            } else if (channel.trySend(message) != SendResult.SENT) {
              throw new IllegalStateException("no room for a lone message");
            }
          });
    }
    for (Channel channel : channels) {
      channel.send(ByteBuffer.allocate(64));
    }
    done.await();
    say("echoed");
    COMMANDS.readLine();
    channels.parallelStream().forEach(Channel::close);
    say("closed");
    COMMANDS.readLine();
  }

  /** On each "race" tries to listen, says W or L, and echoes if it won. */
  private static void starter(Endpoint endpoint) throws IOException, InterruptedException {
    say("ready");
    Listener listener = null;
    for (String line = COMMANDS.readLine(); line != null; line = COMMANDS.readLine()) {
      if (line.equals("race")) {
        try {
          listener = Ipc.listen(endpoint);
          listener.onAccept(channel -> channel.onMessage(message -> channel.trySend(message)));
          say("W");
        } catch (EndpointInUseException e) {
          say("L");
        }
      } else {
        if (listener != null) {
          listener.close();
          listener = null;
        }
        say("ok");
      }
    }
  }

  /** Everything once; a library that is silent prints nothing meanwhile. */
  private static void silent(Endpoint endpoint) throws Exception {
    try (Listener listener = Ipc.listen(endpoint);
        Channel near = Ipc.connect(listener.endpoint());
        Channel far = listener.accept(LONG).orElseThrow()) {
      far.onMessage(far::trySend);
      for (int i = 0; i < 1000; i++) {
        near.send(ByteBuffer.allocate(1 + i * 100));
        if (near.receive(m -> {}, LONG) != ReceiveResult.RECEIVED) {
          throw new IllegalStateException("no echo");
        }
      }
      near.drain(LONG);
      near.endOutput();
    }
  }
}
