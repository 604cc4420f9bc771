// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that others wrote from {@code docs/wire.md}, in Python and C, in both roles. */
@Timeout(60)
class ForeignPeerTest {
  private static final int[] SIZES = {
    0, 1, 7, 8, 4095, 4096, 4097, 65535, 65536, 65537, 70_000, 1024 * 1024
  };

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path built;
  @TempDir Path directory;

  private static Path compiled;

  static Stream<Arguments> everything() {
    return Stream.of("python", "c")
        .flatMap(language -> Place.all().map(place -> Arguments.of(language, place)));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void javaConnectsToAnEcho(String language, Place place) throws Exception {
    try (Program peer = peer(language, "listen", Place.plain(place.free(directory)));
        IpcContext context = Place.context()) {
      Channel channel = context.connect(place.printed(peer.line("ready")));
      echoes(channel, peer);
    }
  }

  @ParameterizedTest
  @MethodSource("everything")
  void anEchoConnectsToJava(String language, Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory));
        Program peer = peer(language, "connect", Place.plain(listener.endpoint()))) {
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      assertEquals(peer.pid(), channel.peer().claimedPid().orElseThrow());
      echoes(channel, peer);
    }
  }

  /** Sends everything, drains, half-closes, and closes first. */
  private static void echoes(Channel channel, Program peer) throws Exception {
    List<byte[]> sent = new ArrayList<>();
    Thread sender = Thread.currentThread();
    Thread receiver =
        new Thread(
            () -> {
              try {
                receiveAll(channel, sent);
              } catch (Exception | AssertionError e) {
                e.printStackTrace();
                sender.interrupt();
              }
            });
    IntStream.range(0, 2 * SIZES.length)
        .forEach(i -> sent.add(Collector.payload(SIZES[i % SIZES.length], i)));
    receiver.start();
    for (byte[] message : sent) {
      channel.send(ByteBuffer.wrap(message));
    }
    receiver.join();
    assertEquals(new DrainReport(true, 0), channel.drain(PATIENCE));
    channel.endOutput();
    assertEquals(ReceiveResult.ENDED, channel.receive(message -> {}, PATIENCE));
    channel.close();
    assertEquals(CloseReason.LOCAL, Collector.end(channel).reason());
    peer.succeeds();
  }

  private static void receiveAll(Channel channel, List<byte[]> expected) throws Exception {
    for (byte[] message : expected) {
      Collector one = new Collector();
      assertEquals(ReceiveResult.RECEIVED, channel.receive(one, PATIENCE));
      one.expect(message);
    }
  }

  @ParameterizedTest
  @MethodSource("everything")
  void javaClosesWhileTheEchoesAreUnread(String language, Place place) throws Exception {
    try (Program peer = peer(language, "listen", Place.plain(place.free(directory)));
        IpcContext context = Place.context()) {
      Channel channel = context.connect(place.printed(peer.line("ready")));
      for (int size : SIZES) {
        channel.send(ByteBuffer.wrap(Collector.payload(size, size)));
      }
      channel.close();
      assertEquals(CloseReason.LOCAL, Collector.end(channel).reason());
      peer.succeeds();
    }
  }

  @ParameterizedTest
  @MethodSource("everything")
  void theForeignPeerClosesFirst(String language, Place place) throws Exception {
    for (String[] messages : clientsWork(language)) {
      Path own = java.nio.file.Files.createTempDirectory(directory, "d");
      try (IpcContext context = Place.context();
          Listener listener = context.listen(place.free(own));
          Program peer = client(language, Place.plain(listener.endpoint()), messages)) {
        Channel channel = listener.accept(PATIENCE).orElseThrow();
        channel.onMessage(
            message -> {
              try {
                channel.send(message);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
        List<String> lines = peer.rest();
        assertEquals(0, peer.status(), lines::toString);
        assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
        if (language.equals("python")) {
          assertEquals(Stream.of(messages).map(m -> "echo " + m).toList(), lines);
        }
      }
    }
  }

  private static List<String[]> clientsWork(String language) {
    if (language.equals("python")) {
      String[] messages =
          IntStream.of(SIZES)
              .mapToObj(size -> size <= 100 ? "x".repeat(size) : size + "*z")
              .toArray(String[]::new);
      return List.<String[]>of(messages);
    }
    return IntStream.of(SIZES).mapToObj(size -> new String[] {"5", "" + size}).toList();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void aKilledPeerIsReported(String language, Place place) throws Exception {
    try (Program peer = peer(language, "listen", Place.plain(place.free(directory)));
        IpcContext context = Place.context()) {
      Channel channel = context.connect(place.printed(peer.line("ready")));
      Collector collector = Collector.on(channel);
      byte[] message = Collector.payload(70_000, 1);
      channel.send(ByteBuffer.wrap(message));
      collector.expect(message);
      peer.kill();
      assertEquals(CloseReason.PEER_DIED, Collector.end(channel).reason());
      assertTrue(collector.isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("everything")
  void aKilledClientIsReportedAndTheNextOneServed(String language, Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory))) {
      for (int round = 0; round < 2; round++) {
        try (Program peer = peer(language, "connect", Place.plain(listener.endpoint()))) {
          Channel channel = listener.accept(PATIENCE).orElseThrow();
          channel.send(ByteBuffer.wrap(new byte[1]));
          assertEquals(ReceiveResult.RECEIVED, channel.receive(message -> {}, PATIENCE));
          peer.kill();
          assertEquals(ReceiveResult.ENDED, channel.receive(message -> {}, PATIENCE));
          assertEquals(CloseReason.PEER_DIED, Collector.end(channel).reason());
        }
      }
    }
  }

  private static Program client(String language, String endpoint, String... messages)
      throws Exception {
    return peer(
        language, Stream.concat(Stream.of("connect", endpoint), Stream.of(messages)).toList());
  }

  private static Program peer(String language, String role, String endpoint) throws Exception {
    return peer(language, List.of(role, endpoint));
  }

  private static Program peer(String language, List<String> arguments) throws Exception {
    String[] rest = arguments.toArray(String[]::new);
    if (language.equals("python")) {
      Program.assumePython();
      return Program.python("peer.py", rest);
    }
    return Program.start(Program.command(List.of(compiled().toString()), rest));
  }

  private static synchronized Path compiled() throws Exception {
    assumeTrue(Program.isOnPath("gcc"), "needs gcc");
    if (compiled == null) {
      Path target = built.resolve("peer");
      String source = Program.resource("peer.c").toString();
      try (Program gcc =
          Program.start(
              Program.command(
                  List.of("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-o"),
                  target.toString(),
                  source))) {
        gcc.succeeds();
      }
      compiled = target;
    }
    return compiled;
  }

  /** The vectors of the document, read by a decoder that is not ours. */
  @org.junit.jupiter.api.Test
  void theVectorsOfTheDocument() throws Exception {
    Program.assumePython();
    Path document = Path.of("..", "docs", "wire.md").toAbsolutePath();
    try (Program peer = Program.python("peer.py", "--selftest", document.toString())) {
      String summary = peer.line();
      assertTrue(summary.matches("[6-9][0-9] vectors, 0 wrong"), summary);
      peer.succeeds();
    }
  }

  /** What one prints the other reads: the endpoint of a listener is the client's. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theEndpointRoundTrips(Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory))) {
      assertEquals(listener.endpoint(), Endpoint.of(listener.endpoint().toString()));
    }
  }
}
