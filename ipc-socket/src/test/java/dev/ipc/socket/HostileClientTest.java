// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that lie: each gets its end in time, and a good one is served all the while. */
@Timeout(120)
class HostileClientTest {
  private static final int MAX = 100_000;
  private static final byte[] NOTHING = {};

  /** Longer than any of the ends may take; the handshake timeout is much longer. */
  private static final Duration SOON = Duration.ofSeconds(4);

  @TempDir Path directory;

  private GoodClient server(Place place) throws InterruptedException {
    return new GoodClient(
        place
            .free(directory)
            .with("maxMessage", "" + MAX)
            .with("handshakeTimeout", "1m")
            .with("frameTimeout", "1m"));
  }

  // ---- before the handshake

  private static Map<String, byte[]> openings(String scheme, Random random) {
    byte[] noise = new byte[300];
    random.nextBytes(noise);
    noise[4] = 77; // no type of a frame, whatever the seed
    byte[] hello = Raw.hello(scheme);
    Map<String, byte[]> openings = new LinkedHashMap<>();
    openings.put("http", Raw.utf8("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    openings.put("tls", new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3, 0, 0, 0});
    openings.put("noise", noise);
    openings.put("zeros", new byte[64]);
    openings.put("data first", Raw.data(new byte[20]));
    openings.put("ping first", Raw.number(Raw.PING, 1));
    openings.put("welcome first", Raw.greeting(Raw.WELCOME, 1, 1, scheme, ""));
    openings.put("refuse first", Raw.frame(Raw.REFUSE, 0, new byte[2]));
    openings.put("close first", Raw.close(0, 0));
    openings.put("length 0xffffffff", Raw.header(0xffffffffL, Raw.HELLO, 0, 0));
    openings.put("length 2^31", Raw.header(1L << 31, Raw.HELLO, 0, 0));
    openings.put("length 4097", Raw.header(4097, Raw.HELLO, 0, 0));
    openings.put("length 7", Raw.header(7, Raw.HELLO, 0, 0));
    openings.put("flags", changed(hello, 5, 1));
    openings.put("reserved", changed(hello, 7, 0x80));
    openings.put("magic", changed(hello, 8, 'J'));
    openings.put("magic version", changed(hello, 11, 2));
    openings.put("version zero", Raw.greeting(Raw.HELLO, 0, 1, scheme, ""));
    openings.put("versions backwards", Raw.greeting(Raw.HELLO, 2, 1, scheme, ""));
    openings.put("no fields", Raw.frame(Raw.HELLO, 0, payload(hello, 8)));
    openings.put("field cut off", Raw.frame(Raw.HELLO, 0, payload(hello, hello.length - 9)));
    openings.put("half a field", Raw.frame(Raw.HELLO, 0, Raw.join(payload(hello, 8), new byte[3])));
    openings.put("field twice", withField(hello, Raw.field(3, Raw.utf8(scheme))));
    openings.put("features of 7 bytes", withField(hello, Raw.field(2, new byte[7])));
    openings.put("cpus", withField(hello, Raw.field(6, Raw.utf8("3-1"))));
    openings.put("token not UTF-8", withField(hello, Raw.field(7, new byte[] {-1})));
    return openings;
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whatIsNoHelloIsClosedWithoutAnAnswer(Place place) throws Exception {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("HostileClientTest: -Dipc.seed=" + seed);
    try (GoodClient good = server(place)) {
      openings(place.scheme(), new Random(seed))
          .forEach((name, bytes) -> ends(good, name, bytes, NOTHING));
      assertTrue(good.nobodyElse());
    }
  }

  private static void ends(GoodClient good, String name, byte[] bytes, byte[] answer) {
    long start = System.nanoTime();
    try (Raw bad = Raw.connect(good.endpoint())) {
      bad.write(bytes);
      assertArrayEquals(answer, bad.rest(), name);
      assertSoon(start, name);
      good.isServed();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(name, e);
    }
  }

  private static void assertSoon(long start, String name) {
    long took = System.nanoTime() - start;
    assertTrue(took < SOON.toNanos(), () -> name + " took " + took / 1_000_000 + " ms");
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoHangsUpInTheHandshakeIsForgotten(Place place) throws Exception {
    byte[] hello = Raw.hello(place.scheme());
    try (GoodClient good = server(place)) {
      for (int length = 0; length < hello.length; length++) {
        try (Raw bad = Raw.connect(good.endpoint())) {
          bad.write(java.util.Arrays.copyOf(hello, length));
          if (length % 2 == 0) {
            assertEquals(0, bad.endOutput().rest().length);
          }
        }
        good.isServed();
      }
      assertTrue(good.nobodyElse());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theAnswerSaysWhatDoesNotFit(Place place) throws Exception {
    try (GoodClient good = server(place)) {
      refuses(good, Raw.greeting(Raw.HELLO, 2, 9, place.scheme(), ""), 1);
      refuses(good, Raw.greeting(Raw.HELLO, 1, 1, "shm", ""), 6);
      assertTrue(good.nobodyElse());
    }
  }

  private static void refuses(GoodClient good, byte[] hello, int code) throws Exception {
    try (Raw bad = Raw.connect(good.endpoint())) {
      Raw.Frame answer = bad.write(hello).frame();
      assertEquals(Raw.REFUSE, answer.type());
      assertEquals(code, answer.refusal());
      assertEquals(0, bad.rest().length);
    }
    good.isServed();
  }

  // ---- behind the handshake

  private record Lie(byte[] bytes, int code) {}

  private static Map<String, Lie> lies(String scheme) {
    Map<String, Lie> lies = new LinkedHashMap<>();
    byte[] more = Raw.frame(Raw.DATA, 1, new byte[1000]);
    lies.put("length 0xffffffff", new Lie(Raw.header(0xffffffffL, Raw.DATA, 0, 0), 2));
    lies.put("length 2^31", new Lie(Raw.header(1L << 31, Raw.DATA, 0, 0), 2));
    lies.put("part + 1", new Lie(Raw.header(65_537, Raw.DATA, 0, 0), 2));
    lies.put(
        "sum of parts",
        new Lie(
            Raw.join(
                Raw.frame(Raw.DATA, 1, new byte[65_536]),
                Raw.header(MAX - 65_536 + 1, Raw.DATA, 0, 0)),
            2));
    for (int type : new int[] {0, 12, 127, 255}) {
      lies.put("type " + type, new Lie(Raw.frame(type, 0, NOTHING), 1));
    }
    lies.put("reserved", new Lie(Raw.header(0, Raw.DATA, 0, 0x8000), 1));
    for (int flags : new int[] {2, 3, 0x80}) {
      lies.put("flags " + flags, new Lie(Raw.header(1, Raw.DATA, flags, 0), 1));
    }
    lies.put("more on a ping", new Lie(Raw.frame(Raw.PING, 1, new byte[8]), 1));
    lies.put("more on a close", new Lie(changed(Raw.close(0, 0), 5, 1), 1));
    lies.put("empty part", new Lie(Raw.frame(Raw.DATA, 1, NOTHING), 1));
    lies.put("empty part later", new Lie(Raw.join(more, Raw.frame(Raw.DATA, 1, NOTHING)), 1));
    for (int type : new int[] {Raw.BARRIER, Raw.BARRIER_ACK, Raw.PING, Raw.PONG, Raw.END_OUTPUT}) {
      lies.put("short control " + type, new Lie(Raw.header(7, type, 0, 0), 1));
      lies.put("long control " + type, new Lie(Raw.header(9, type, 0, 0), 1));
    }
    lies.put("wake with payload", new Lie(Raw.header(1, 9, 0, 0), 1));
    lies.put("close too short", new Lie(Raw.header(8, Raw.CLOSE, 0, 0), 1));
    lies.put("close too long", new Lie(Raw.header(522, Raw.CLOSE, 0, 0), 1));
    lies.put("control of 4 GiB", new Lie(Raw.header(0xffffffffL, Raw.PING, 0, 0), 1));
    lies.put("second hello", new Lie(Raw.hello(scheme), 1));
    lies.put("welcome", new Lie(Raw.greeting(Raw.WELCOME, 1, 1, scheme, ""), 1));
    lies.put("refuse", new Lie(Raw.frame(Raw.REFUSE, 0, new byte[2]), 1));
    byte[] end = Raw.number(Raw.END_OUTPUT, 0);
    lies.put("data behind the end", new Lie(Raw.join(end, Raw.data(NOTHING)), 1));
    lies.put("two ends", new Lie(Raw.join(end, end), 1));
    lies.put("end in a message", new Lie(Raw.join(more, end), 1));
    lies.put("close in a message", new Lie(Raw.join(more, Raw.close(0, 0)), 1));
    lies.put("byte behind close", new Lie(Raw.join(Raw.close(0, 0), new byte[1]), 1));
    lies.put("hello flood", new Lie(repeated(Raw.hello(scheme), 2000), 1));
    return lies;
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoBreaksTheProtocolIsToldAndClosed(Place place) throws Exception {
    try (GoodClient good = server(place)) {
      for (Map.Entry<String, Lie> lie : lies(place.scheme()).entrySet()) {
        String name = lie.getKey();
        long start = System.nanoTime();
        try (Raw bad = Raw.connect(good.endpoint()).greet(place.scheme())) {
          Channel channel = good.nextAccepted();
          bad.write(Raw.data(new byte[] {1, 2, 3}));
          assertArrayEquals(new byte[] {1, 2, 3}, bad.frame(Raw.DATA).payload(), name);
          try {
            bad.write(lie.getValue().bytes());
          } catch (IOException e) {
            // It was closed before it said everything.
          }
          CloseReport report = Collector.end(channel);
          int code = lie.getValue().code();
          CloseReason expected = code == 1 ? CloseReason.PROTOCOL_ERROR : CloseReason.TOO_LARGE;
          assertEquals(expected, report.reason(), name + ": " + report);
          assertEquals(code, bad.frame(Raw.CLOSE).closeCode(), name);
          assertEquals(0, bad.rest().length, name);
          assertSoon(start, name);
        }
        good.isServed();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoStopsWithinAFrameIsDead(Place place) throws Exception {
    byte[][] starts = {
      NOTHING,
      new byte[1],
      Raw.header(5, Raw.DATA, 0, 0),
      Raw.join(Raw.header(5, Raw.DATA, 0, 0), new byte[4]),
      Raw.frame(Raw.DATA, 1, new byte[4]),
      Raw.header(8, Raw.PING, 0, 0)
    };
    try (GoodClient good = server(place)) {
      for (byte[] start : starts) {
        try (Raw bad = Raw.connect(good.endpoint()).greet(place.scheme())) {
          Channel channel = good.nextAccepted();
          bad.write(start).endOutput();
          assertEquals(CloseReason.PEER_DIED, Collector.end(channel).reason());
          bad.rest();
        }
        good.isServed();
      }
    }
  }

  /** A barrier may be ahead of its messages. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void aBarrierAheadOfItsMessagesIsAnsweredBehindThem(Place place) throws Exception {
    try (GoodClient good = server(place);
        Raw peer = Raw.connect(good.endpoint()).greet(place.scheme())) {
      peer.write(Raw.number(Raw.BARRIER, 2), Raw.data(NOTHING));
      peer.frame(Raw.DATA);
      peer.write(Raw.data(NOTHING));
      Raw.Frame ack = peer.frame(Raw.BARRIER_ACK);
      while (ack.number() < 2) {
        ack = peer.frame(Raw.BARRIER_ACK);
      }
      assertEquals(2, ack.number());
    }
  }

  /** Numbers of barriers are 64 bits of anything. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void absurdCountsAreHarmless(Place place) throws Exception {
    try (GoodClient good = server(place);
        Raw peer = Raw.connect(good.endpoint()).greet(place.scheme())) {
      for (long count : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
        peer.write(Raw.number(Raw.BARRIER, count), Raw.number(Raw.BARRIER_ACK, count));
        peer.write(Raw.number(Raw.PING, count));
        assertEquals(count, peer.frame(Raw.PONG).number());
      }
      peer.write(Raw.data(new byte[9]));
      assertEquals(9, peer.frame(Raw.DATA).payload().length);
      good.isServed();
    }
  }

  @Test
  void aThousandClientsThatGreetAndLeave() throws Exception {
    Place place = Place.ALL.get(0);
    int count = 1000 * Integer.getInteger("ipc.scale", 1);
    try (GoodClient good = server(place)) {
      for (int i = 0; i < count; i++) {
        try (Raw bad = Raw.connect(good.endpoint())) {
          bad.write(Raw.hello(place.scheme()));
        }
        if (i % 100 == 0) {
          good.isServed();
        }
      }
      for (Channel channel = null; !good.nobodyElse(); ) {
        channel = good.nextAccepted();
        assertEquals(CloseReason.PEER_DIED, Collector.end(channel).reason());
      }
      good.isServed();
    }
  }

  private static byte[] changed(byte[] bytes, int index, int value) {
    byte[] copy = bytes.clone();
    copy[index] = (byte) value;
    return copy;
  }

  /** The first bytes of the payload of a frame. */
  private static byte[] payload(byte[] frame, int length) {
    return java.util.Arrays.copyOfRange(frame, 8, 8 + length);
  }

  private static byte[] withField(byte[] hello, byte[] field) {
    return Raw.frame(Raw.HELLO, 0, Raw.join(payload(hello, hello.length - 8), field));
  }

  private static byte[] repeated(byte[] bytes, int times) {
    byte[][] all = new byte[times][];
    java.util.Arrays.fill(all, bytes);
    return Raw.join(all);
  }
}
