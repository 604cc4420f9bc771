// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden vectors of docs/wire.md, read from the document, in both directions. */
class WireDocumentTest {
  static Stream<Vector> streams() throws IOException {
    return Vector.all().stream().filter(v -> !v.framing().equals("handshake"));
  }

  static Stream<Vector> handshakes() throws IOException {
    return Vector.all().stream().filter(v -> v.framing().equals("handshake"));
  }

  @Test
  void theDocumentHasItsVectors() throws IOException {
    List<Vector> all = Vector.all();
    assertTrue(all.size() >= 60, () -> "vectors=" + all.size());
    assertEquals(all.size(), all.stream().map(Vector::name).distinct().count());
  }

  @ParameterizedTest
  @MethodSource("streams")
  void decodes(Vector vector) {
    Framing framing = Framing.of(vector.framing());
    assertEquals(vector.events(), Recorder.decode(framing, vector.max(), vector.stream()));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void decodesWhereverItIsCut(Vector vector) {
    Framing framing = Framing.of(vector.framing());
    int length = vector.stream().length;
    int step = length > 1000 ? 4099 : 1;
    for (int cut = 0; cut <= length; cut += step) {
      assertEquals(vector.events(), Recorder.decode(framing, vector.max(), vector.stream(), cut));
    }
  }

  @ParameterizedTest
  @MethodSource("streams")
  void encodes(Vector vector) {
    String last = vector.events().get(vector.events().size() - 1);
    if (vector.decodeOnly() || last.equals("truncated") || last.startsWith("violation")) {
      return;
    }
    Framing framing = Framing.of(vector.framing());
    ByteBuffer target = ByteBuffer.allocate(vector.stream().length);
    for (String event : vector.events()) {
      encode(framing, event.split(" ", 4), target);
    }
    assertArrayEquals(vector.stream(), target.array());
  }

  private static void encode(Framing framing, String[] event, ByteBuffer target) {
    Map<String, Integer> numbers =
        Map.of("barrier", 5, "barrier_ack", 6, "ping", 7, "pong", 8, "end_output", 10);
    switch (event[0]) {
      case "message" ->
          framing.encode(
              ByteBuffer.wrap(HexFormat.of().parseHex(event.length > 1 ? event[1] : "")), target);
      case "wake" -> Frame.putWake(target);
      case "close" -> {
        CloseCode code = CloseCode.of(Integer.parseInt(event[2]));
        String detail = event.length > 3 ? event[3] : "";
        new CloseFrame(Long.parseLong(event[1]), code, detail).encode(target);
      }
      default -> Frame.putNumber(numbers.get(event[0]), Long.parseLong(event[1]), target);
    }
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void decodesHandshakes(Vector vector) {
    String expected = vector.events().get(0);
    boolean accepting = !expected.startsWith("welcome") && !expected.startsWith("refuse");
    Hello ours = new Hello(1, 1, new Terms("unix", 1000, 0, ""), Host.UNKNOWN);
    if (expected.startsWith("violation")) {
      Handshake handshake = accepting ? Handshake.server(ours) : Handshake.client(ours);
      dev.ipc.IpcException thrown =
          org.junit.jupiter.api.Assertions.assertThrows(
              dev.ipc.IncompatiblePeerException.class,
              () -> handshake.feed(ByteBuffer.wrap(vector.stream())));
      assertTrue(thrown.getCause() instanceof ProtocolViolation);
      return;
    }
    ByteBuffer payload = ByteBuffer.wrap(vector.stream(), 8, vector.stream().length - 8);
    if (expected.startsWith("refuse")) {
      String[] words = expected.split(" ", 3);
      RefuseCode code = RefuseCode.of(Integer.parseInt(words[1]));
      ByteBuffer refusal = Handshake.refusal(code, words.length > 2 ? words[2] : "");
      assertEquals(ByteBuffer.wrap(vector.stream()), refusal);
      return;
    }
    Hello hello = hello(expected);
    assertEquals(hello, Hello.decode(payload));
    if (!vector.decodeOnly()) {
      ByteBuffer frame = expected.startsWith("hello") ? hello.helloFrame() : welcome(hello);
      assertEquals(ByteBuffer.wrap(vector.stream()), frame);
    }
  }

  private static ByteBuffer welcome(Hello hello) {
    Agreement agreed = new Agreement(hello, hello.minVersion(), 1, hello.terms().ringCapacity());
    return hello
        .segment()
        .map(segment -> hello.welcomeFrame(agreed, segment))
        .orElseGet(() -> hello.welcomeFrame(agreed));
  }

  private static Hello hello(String event) {
    List<String> words = new ArrayList<>(List.of(event.split(" ", -1)));
    java.util.Properties fields = new java.util.Properties();
    for (String word : words.subList(3, words.size())) {
      fields.setProperty(word.split("=", 2)[0], word.split("=", 2)[1]);
    }
    Terms terms =
        new Terms(
            fields.getProperty("scheme"),
            Integer.parseInt(fields.getProperty("maxMessage")),
            Long.parseLong(fields.getProperty("features", "0")),
            text(fields.getProperty("token", "")),
            Integer.parseInt(fields.getProperty("ring", "0")));
    String pid = fields.getProperty("pid");
    String boot = fields.getProperty("boot");
    Host host =
        new Host(
            pid == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(pid)),
            Optional.ofNullable(boot).map(WireDocumentTest::uuid),
            text(fields.getProperty("cpus", "")));
    Optional<SegmentName> segment =
        Optional.ofNullable(fields.getProperty("segment"))
            .map(path -> new SegmentName(uuid(fields.getProperty("nonce")), text(path)));
    int minVersion = Integer.parseInt(words.get(1));
    return new Hello(minVersion, Integer.parseInt(words.get(2)), terms, host, segment);
  }

  private static UUID uuid(String hex) {
    return new UUID(
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }

  private static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }
}
