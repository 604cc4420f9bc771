// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.MessageTooLargeException;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that know nothing of this library, joined by {@code ?framing=}. */
@Timeout(60)
class PlainFramingTest {
  private static final List<String> LENGTHS = List.of("u32be", "u32le", "u16be");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  static Stream<Arguments> lengths() {
    return LENGTHS.stream().flatMap(f -> Place.all().map(place -> Arguments.of(f, place)));
  }

  static Stream<Arguments> framings() {
    return Stream.concat(lengths(), Place.all().map(place -> Arguments.of("line", place)));
  }

  private static int[] sizes(String framing) {
    IntStream sizes =
        IntStream.of(0, 1, 7, 8, 4095, 4096, 4097, 65535, 65536, 65537, 70_000, 1024 * 1024);
    return sizes.filter(size -> !framing.equals("u16be") || size <= 65535).toArray();
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void javaTalksToAStructServer(String framing, Place place) throws Exception {
    Program.assumePython();
    String free = Place.plain(place.free(directory));
    try (Program server = Program.python("struct_server.py", framing, free);
        IpcContext context = Place.context()) {
      Endpoint endpoint = place.printed(server.line("ready")).with("framing", framing);
      Channel channel = context.connect(endpoint);
      Collector echoes = Collector.on(channel);
      for (int size : sizes(framing)) {
        channel.send(ByteBuffer.wrap(Collector.payload(size, size)));
      }
      for (int size : sizes(framing)) {
        echoes.expect(Collector.payload(size, size));
      }
      channel.endOutput(); // the server ends its side then
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
      assertEquals(SendResult.CLOSED, channel.trySend(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void javaTalksToALineServer(Place place) throws Exception {
    Program.assumePython();
    try (Program server = Program.python("line_server.py", Place.plain(place.free(directory)));
        IpcContext context = Place.context()) {
      Endpoint endpoint = place.printed(server.line("ready")).with("framing", "line");
      Channel channel = context.connect(endpoint);
      Collector answers = Collector.on(channel);
      for (String line : List.of("hello", "", "with\r", "äöü", "x".repeat(70_000))) {
        channel.send(ByteBuffer.wrap(Raw.utf8(line)));
        answers.expect(line.toUpperCase(Locale.ROOT).equals("ÄÖÜ") ? Raw.utf8("äöü") : upper(line));
      }
      channel.close();
      assertEquals(CloseReason.LOCAL, Collector.end(channel).reason());
    }
  }

  private static byte[] upper(String line) {
    return line.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
  }

  /** The client half-closes at once; everything it sent is answered before it sees the end. */
  @ParameterizedTest
  @MethodSource("framings")
  void aPlainClientTalksToJava(String framing, Place place) throws Exception {
    Program.assumePython();
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory).with("framing", framing))) {
      for (String lengths : List.of(spaced(sizes(framing)), "5")) {
        String[] arguments = {framing, Place.plain(listener.endpoint())};
        String[] all =
            Stream.concat(Stream.of(arguments), Stream.of(lengths.split(" ")))
                .toArray(String[]::new);
        try (Program client = Program.python("plain_client.py", all)) {
          Channel channel = listener.accept(PATIENCE).orElseThrow();
          channel.onMessage(message -> sent(channel, message));
          assertEquals(all.length - 2 + "", client.line("good"));
          assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
        }
      }
    }
  }

  private static String spaced(int[] numbers) {
    return IntStream.of(numbers).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  private static void sent(Channel channel, ByteBuffer message) {
    try {
      channel.send(message);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("framings")
  void lateAnswersArriveAfterTheHalfClose(String framing, Place place) throws Exception {
    Program.assumePython();
    try (Program server = Program.python("late_server.py", Place.plain(place.free(directory)));
        IpcContext context = Place.context()) {
      Endpoint endpoint = place.printed(server.line("ready")).with("framing", framing);
      assertTrue(context.capabilities(endpoint).contains(Capability.HALF_CLOSE));
      Channel channel = context.connect(endpoint);
      Collector answers = Collector.on(channel);
      int[] sizes = {0, 1, 4096, 65_535};
      for (int size : sizes) {
        channel.send(ByteBuffer.wrap(Collector.text(size, size)));
      }
      channel.endOutput();
      assertEquals(SendResult.CLOSED, channel.trySend(ByteBuffer.allocate(1)));
      int around = framing.equals("line") ? 1 : framing.equals("u16be") ? 2 : 4;
      assertEquals(IntStream.of(sizes).sum() + sizes.length * around + "", server.line("ended"));
      for (int size : sizes) {
        answers.expect(Collector.text(size, size));
      }
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
    }
  }

  @ParameterizedTest
  @MethodSource("framings")
  void itLacksWhatNeedsAHandshake(String framing, Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory).with("framing", framing));
        Channel channel = context.connect(listener.endpoint())) {
      for (Set<Capability> capabilities :
          List.of(channel.capabilities(), context.capabilities(listener.endpoint()))) {
        Set<Capability> missing = EnumSet.complementOf(EnumSet.copyOf(capabilities));
        assertTrue(
            missing.containsAll(
                Set.of(Capability.DRAIN, Capability.PEER_DEATH, Capability.HANDSHAKE)),
            missing::toString);
        assertFalse(missing.contains(Capability.HALF_CLOSE));
      }
      assertThrows(UnsupportedOperationException.class, () -> channel.drain(PATIENCE));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void aNewlineInAMessageIsTheCallersMistake(Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory).with("framing", "line"));
        Channel channel = context.connect(listener.endpoint());
        Channel other = listener.accept(PATIENCE).orElseThrow()) {
      Collector received = Collector.on(other);
      byte[] large = Collector.text(300_000, 1);
      large[299_999] = '\n';
      for (byte[] bad : List.of(Raw.utf8("\n"), Raw.utf8("a\nb"), large)) {
        ByteBuffer message = ByteBuffer.wrap(bad);
        assertThrows(IllegalArgumentException.class, () -> channel.trySend(message));
        assertThrows(IllegalArgumentException.class, () -> channel.send(message));
        assertEquals(bad.length, message.remaining());
        assertThrows(
            IllegalArgumentException.class,
            () -> channel.trySend(bad.length, target -> target.put(bad)));
        channel.send(ByteBuffer.wrap(Raw.utf8("good")));
        received.expect(Raw.utf8("good"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("framings")
  void whatIsTooLongEndsTheChannel(String framing, Place place) throws Exception {
    Endpoint free = place.free(directory).with("framing", framing).with("maxMessage", "1000");
    try (IpcContext context = Place.context();
        Listener listener = context.listen(free);
        Raw client = Raw.connect(listener.endpoint())) {
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      Collector received = Collector.on(channel);
      assertEquals(1000, channel.maxMessageLength());
      client.write(encoded(framing, 1000), encoded(framing, 0), tooLong(framing));
      received.expect(Collector.text(1000, 1));
      received.expect(new byte[0]);
      assertEquals(CloseReason.TOO_LARGE, Collector.end(channel).reason());
      assertEquals(0, client.rest().length);
      assertThrows(
          MessageTooLargeException.class, () -> channel.trySend(ByteBuffer.allocate(1001)));
    }
  }

  private static byte[] encoded(String framing, int length) {
    byte[] text = Collector.text(length, 1);
    return switch (framing) {
      case "u32be" -> Raw.join(new byte[] {0, 0, (byte) (length >> 8), (byte) length}, text);
      case "u32le" -> Raw.join(new byte[] {(byte) length, (byte) (length >> 8), 0, 0}, text);
      case "u16be" -> Raw.join(new byte[] {(byte) (length >> 8), (byte) length}, text);
      default -> Raw.join(text, new byte[] {'\n'});
    };
  }

  private static byte[] tooLong(String framing) {
    return switch (framing) {
      case "u32be", "u32le" -> new byte[] {-1, -1, -1, -1};
      case "u16be" -> new byte[] {0x03, (byte) 0xe9};
      default -> Collector.text(1001, 1);
    };
  }

  @ParameterizedTest
  @MethodSource("framings")
  void whatTheEndOfTheStreamMeans(String framing, Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory).with("framing", framing))) {
      for (boolean unfinished : new boolean[] {false, true}) {
        try (Raw client = Raw.connect(listener.endpoint())) {
          Channel channel = listener.accept(PATIENCE).orElseThrow();
          Collector received = Collector.on(channel);
          byte[] whole = encoded(framing, 70);
          client.write(whole).write(unfinished ? start(framing) : new byte[0]).endOutput();
          received.expect(Collector.text(70, 1));
          boolean lost = unfinished && !framing.equals("line");
          CloseReason expected = lost ? CloseReason.PEER_DIED : CloseReason.PEER_CLOSED;
          assertEquals(expected, Collector.end(channel).reason());
          if (unfinished && !lost) {
            received.expect(Raw.utf8("unfinished"));
          }
          assertTrue(received.isEmpty());
          assertArrayEquals(new byte[0], client.rest());
        }
      }
    }
  }

  private static byte[] start(String framing) {
    return framing.equals("line") ? Raw.utf8("unfinished") : new byte[] {0, 5};
  }

  /** A last unterminated line counts also when its receiver is slow. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theLastLineWaitsForRoom(Place place) throws Exception {
    Endpoint free = place.free(directory).with("framing", "line").with("receiveBuffer", "1k");
    try (IpcContext context = Place.context();
        Listener listener = context.listen(free);
        Raw client = Raw.connect(listener.endpoint())) {
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      byte[] line = Raw.join(Collector.text(900, 1), new byte[] {'\n'});
      client.write(line, line, line, Raw.utf8("last")).endOutput();
      for (byte[] expected :
          List.of(
              Collector.text(900, 1),
              Collector.text(900, 1),
              Collector.text(900, 1),
              Raw.utf8("last"))) {
        Collector one = new Collector();
        assertEquals(dev.ipc.ReceiveResult.RECEIVED, channel.receive(one, PATIENCE));
        one.expect(expected);
      }
      assertEquals(dev.ipc.ReceiveResult.ENDED, channel.receive(message -> {}, PATIENCE));
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
    }
  }

  /** A program that dies looks the same to a plain framing. */
  @ParameterizedTest
  @MethodSource("lengths")
  void aKilledServerIsAnEnd(String framing, Place place) throws Exception {
    Program.assumePython();
    Path own = Files.createTempDirectory(directory, "k");
    String free = Place.plain(place.free(own));
    try (Program server = Program.python("struct_server.py", framing, free);
        IpcContext context = Place.context()) {
      Channel channel =
          context.connect(place.printed(server.line("ready")).with("framing", framing));
      Collector echoes = Collector.on(channel);
      channel.send(ByteBuffer.wrap(new byte[5]));
      echoes.expect(new byte[5]);
      server.kill();
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
    }
  }
}
