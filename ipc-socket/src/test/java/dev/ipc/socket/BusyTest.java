// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection so busy that its loop reads it without asking the selector. */
class BusyTest {
  private static final int MANY = 2000;
  private static final long REST_NANOS = 20_000_000;

  @TempDir Path directory;

  /** A client and the answers it got. */
  private record Client(Channel channel, Semaphore answers) implements AutoCloseable {
    static Client connect(Endpoint endpoint) throws InterruptedException {
      Client client = new Client(Ipc.connect(endpoint), new Semaphore(0));
      client.channel.onMessage(message -> client.answers.release());
      return client;
    }

    void ask(int times) throws InterruptedException {
      for (int i = 0; i < times; i++) {
        channel.send(Way.bytes(8));
        assertTrue(answers.tryAcquire(20, TimeUnit.SECONDS), "no answer, " + channel);
      }
    }

    @Override
    public void close() {
      channel.close();
    }
  }

  private Program server(Way way) throws IOException {
    return Program.java(List.of(), EchoMain.class, way.place(directory, "").toString());
  }

  private static long cpu(Program server) throws Exception {
    server.tell("");
    return Long.parseLong(server.line("cpu"));
  }

  private static void awaitRest(Program server) throws Exception {
    long deadline = System.nanoTime() + Way.LONG.toNanos();
    long before = cpu(server);
    for (long used = REST_NANOS; used > REST_NANOS / 4; ) {
      assertTrue(System.nanoTime() - deadline < 0, "it does not rest");
      TimeUnit.NANOSECONDS.sleep(REST_NANOS);
      long now = cpu(server);
      used = now - before;
      before = now;
    }
  }

  @ParameterizedTest
  @EnumSource
  void itIsHeardAgainAfterARestAndWhenItDies(Way way) throws Exception {
    try (Program server = server(way)) {
      Endpoint endpoint = Endpoint.of(server.line("ready").split(" ")[0]);
      try (Client busy = Client.connect(endpoint);
          Client other = Client.connect(endpoint)) {
        for (int round = 0; round < 3; round++) {
          busy.ask(MANY);
          awaitRest(server);
          busy.ask(1);
          awaitRest(server);
          other.ask(MANY);
        }
        busy.ask(MANY);
        server.kill();
        assertEquals(CloseReason.PEER_DIED, Sides.reason(busy.channel, 5));
        assertEquals(CloseReason.PEER_DIED, Sides.reason(other.channel, 5));
      }
    }
  }
}
