// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only whole processes show: who wins a name, with which modes, and what they print. */
class ProcessTest {
  @TempDir Path directory;

  @Test
  void twoStartersOnAStaleNameHaveOneWinner() throws Exception {
    Path name = directory.resolve("s");
    Endpoint endpoint = Endpoint.of("unix:" + name);
    try (Fork one = Fork.start("starter", endpoint.toString());
        Fork two = Fork.start("starter", endpoint.toString())) {
      assertEquals("readyready", one.line() + two.line());
      for (int round = 0; round < 100 * Way.SCALE; round++) {
        leaveStale(name);
        one.tell("race");
        two.tell("race");
        String outcome = one.line() + two.line();
        assertTrue(outcome.equals("WL") || outcome.equals("LW"), outcome + " in round " + round);
        try (Channel channel = Ipc.connect(endpoint)) {
          Fork loser = outcome.equals("WL") ? two : one;
          loser.tell("race");
          assertEquals("L", loser.line(), "a live name is never stolen");
          channel.send(Way.bytes(3));
          assertEquals(ReceiveResult.RECEIVED, channel.receive(m -> {}, Way.LONG));
        }
        one.tell("close");
        two.tell("close");
        assertEquals("okok", one.line() + two.line());
        assertEquals(
            List.of("s.lock"), Way.list(directory).map(p -> p.getFileName().toString()).toList());
      }
    }
  }

  @Test
  void aKilledTcpListenerFreesItsPort() throws Exception {
    Endpoint endpoint;
    try (Listener free = Ipc.listen(Way.TCP.place(directory, ""))) {
      endpoint = free.endpoint();
    }
    for (int round = 0; round < 5 * Way.SCALE; round++) {
      try (Fork fork = Fork.start("starter", endpoint.toString())) {
        assertEquals("ready", fork.line());
        fork.tell("race");
        assertEquals("W", fork.line());
        List<Channel> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Channel channel = Ipc.connect(endpoint);
          channel.send(Way.bytes(3));
          assertEquals(ReceiveResult.RECEIVED, channel.receive(m -> {}, Way.LONG));
          clients.add(channel);
        }
        fork.kill();
        for (Channel channel : clients) {
          assertEquals(CloseReason.PEER_DIED, Sides.reason(channel, 5));
        }
        Ipc.listen(endpoint).close();
      }
    }
  }

  private static void leaveStale(Path name) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(name));
    }
    assertTrue(Files.exists(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"000", "022", "077"})
  void modesDoNotDependOnTheMask(String mask) throws Exception {
    Path name = directory.resolve("s");
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "umask " + mask + "; exec \"$@\"", "-"));
    command.addAll(Fork.command(Path.of(System.getProperty("java.home")), List.of()));
    command.addAll(List.of("starter", "unix:" + name));
    try (Fork fork = Fork.start(command)) {
      assertEquals("ready", fork.line());
      fork.tell("race");
      assertEquals("W", fork.line());
      for (Path file : List.of(name, directory.resolve("s.lock"))) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
            file.toString());
        assertEquals(Files.getOwner(directory), Files.getOwner(file));
      }
      assertEquals(2, Way.list(directory).count(), "nothing else is left in the directory");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void printsNothing(String scheme) throws Exception {
    printsNothing(Path.of(System.getProperty("java.home")), scheme);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void printsNothingOnTheNewestJdk(String scheme) throws Exception {
    Path home = newest();
    assumeTrue(
        feature(home) > Runtime.version().feature(), "a JDK newer than this stands beside it");
    printsNothing(home, scheme);
  }

  private void printsNothing(Path home, String scheme) throws Exception {
    Path output = directory.resolve("output");
    Endpoint endpoint = (scheme.equals("tcp") ? Way.TCP : Way.UNIX).place(directory, "");
    List<String> command = Fork.command(home, List.of());
    command.addAll(List.of("silent", endpoint.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals("", Files.readString(output), home.toString());
    assertEquals(0, process.exitValue());
  }

  private static Path newest() throws IOException {
    Path home = Path.of(System.getProperty("java.home")).toRealPath();
    try (Stream<Path> beside = Files.list(home.getParent())) {
      return beside
          .filter(path -> Files.isExecutable(path.resolve("bin/java")))
          .reduce(home, (a, b) -> feature(b) > feature(a) ? b : a);
    }
  }

  /** As the file {@code release} of a JDK says. */
  private static int feature(Path home) {
    try {
      return Files.readAllLines(home.resolve("release")).stream()
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> Runtime.Version.parse(line.replaceAll(".*=|\"", "")).feature())
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
