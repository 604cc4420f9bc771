// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server whose descriptors are used up: it waits for better times without working itself warm.
 */
@Timeout(90)
class DescriptorShortageTest {
  private static final int LIMIT = 96;
  private static final int CLIENTS = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void acceptDoesNotSpin(Place place) throws Exception {
    assumeTrue(Program.isOnPath("sh"), "needs sh");
    Endpoint free = place.free(directory).with("handshakeTimeout", "1m");
    List<String> java =
        Program.javaCommand(
            List.of("-XX:TieredStopAtLevel=1", "-Xmx64m"), EchoMain.class, free.toString());
    List<String> shell = List.of("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$0\" \"$@\"");
    List<Raw> hogs = new ArrayList<>();
    try (IpcContext context = Place.context();
        Program server = Program.start(Program.command(shell, java.toArray(String[]::new)))) {
      Endpoint endpoint = Endpoint.of(server.line("ready").split(" ")[0]);
      Channel first = context.connect(endpoint);
      Collector echoes = Collector.on(first);
      served(first, echoes); // a class that is not loaded yet needs a descriptor
      cpuNanos(server);
      try {
        for (int i = 0; i < CLIENTS; i++) {
          hogs.add(Raw.connect(endpoint)); // the kernel's queue takes those the server does not
        }
        awaitShortage(server);
        served(first, echoes);
        long before = cpuNanos(server);
        Thread.sleep(1000);
        long used = cpuNanos(server) - before;
        assertTrue(used < 100_000_000, "CPU of the server in 1 s: " + used / 1_000_000 + " ms");
        served(first, echoes);
      } finally {
        for (Raw hog : hogs) {
          hog.close();
        }
      }
      ended(context, endpoint.with("connectTimeout", "30s"));
      served(first, echoes);
      first.close();
    }
  }

  /** The server holds all it may. */
  private static void awaitShortage(Program server) throws Exception {
    Path descriptors = Path.of("/proc/" + server.pid() + "/fd");
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    long count = 0;
    while (count < LIMIT) {
      try (var files = java.nio.file.Files.list(descriptors)) {
        count = files.count();
      }
      assertTrue(System.nanoTime() < deadline, "descriptors=" + count);
    }
  }

  private static void ended(IpcContext context, Endpoint endpoint) throws Exception {
    try (Channel later = context.connect(endpoint)) {
      served(later, Collector.on(later));
    }
  }

  private static void served(Channel channel, Collector echoes) throws InterruptedException {
    byte[] message = Collector.payload(1000, 7);
    channel.send(ByteBuffer.wrap(message));
    echoes.expect(message);
  }

  private static long cpuNanos(Program server) throws Exception {
    server.tell("cpu");
    return Long.parseLong(server.line("cpu"));
  }
}
