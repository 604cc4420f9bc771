// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that are silent or slow: what they may take ends, the others are served meanwhile. */
@Timeout(60)
class SlowClientTest {
  private static final Duration GRACE = Duration.ofSeconds(4);

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void silenceInTheHandshakeEnds(Place place) throws Exception {
    byte[] hello = Raw.hello(place.scheme());
    Endpoint free = place.free(directory).with("handshakeTimeout", "300ms");
    try (GoodClient good = new GoodClient(free)) {
      for (int length : new int[] {0, 1, 8, 12, hello.length - 1}) {
        long start = System.nanoTime();
        try (Raw bad = Raw.connect(good.endpoint())) {
          bad.write(java.util.Arrays.copyOf(hello, length));
          assertEquals(0, bad.rest().length);
        }
        assertBetween(Duration.ofMillis(290), start);
        good.isServed();
      }
      assertTrue(good.nobodyElse());
    }
  }

  /** Whoever sends byte by byte gets no more time than who sends nothing. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void drippingInTheHandshakeEnds(Place place) throws Exception {
    Endpoint free = place.free(directory).with("handshakeTimeout", "300ms");
    try (GoodClient good = new GoodClient(free);
        Raw bad = Raw.connect(good.endpoint())) {
      long start = System.nanoTime();
      Thread dripping =
          dripping(bad, Raw.greeting(Raw.HELLO, 1, 1, place.scheme(), "x".repeat(999)));
      assertEquals(0, bad.rest().length);
      assertBetween(Duration.ofMillis(290), start);
      bad.close();
      dripping.join();
      good.isServed();
    }
  }

  private static void assertBetween(Duration least, long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(least) >= 0 && took.compareTo(least.plus(GRACE)) < 0, "" + took);
  }

  /** A byte every 20 ms, until nobody takes them. */
  private static Thread dripping(Raw bad, byte[] bytes) {
    Thread thread =
        new Thread(
            () -> {
              try {
                for (byte one : bytes) {
                  bad.write(new byte[] {one});
                  Thread.sleep(20);
                }
              } catch (IOException | InterruptedException e) {
                // Closed.
              }
            });
    thread.start();
    return thread;
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void aFrameThatDripsEnds(Place place) throws Exception {
    Endpoint free = place.free(directory).with("frameTimeout", "500ms");
    List<byte[]> starts =
        List.of(
            Raw.data(new byte[4000]),
            Raw.frame(Raw.DATA, 1, new byte[4000]),
            Raw.join(Raw.header(521, Raw.CLOSE, 0, 0), new byte[521]));
    try (GoodClient good = new GoodClient(free)) {
      for (byte[] start : starts) {
        long begin = System.nanoTime();
        try (Raw bad = Raw.connect(good.endpoint()).greet(place.scheme())) {
          Channel channel = good.nextAccepted();
          Thread dripping = dripping(bad, start);
          CloseReport report = Collector.end(channel);
          assertEquals(CloseReason.IDLE, report.reason());
          assertTrue(report.detail().contains("frameTimeout="), report::detail);
          assertBetween(Duration.ofMillis(490), begin);
          assertEquals(3, bad.frame(Raw.CLOSE).closeCode());
          bad.close();
          dripping.join();
        }
        good.isServed();
      }
    }
  }

  /**
   * Many small frames, one after the other, are no frame that drips; nor is silence between two.
   */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoMakesProgressMayStay(Place place) throws Exception {
    Endpoint free = place.free(directory).with("frameTimeout", "200ms");
    try (GoodClient good = new GoodClient(free);
        Raw slow = Raw.connect(good.endpoint()).greet(place.scheme())) {
      byte[] message = Raw.data(new byte[3]);
      byte[] two = Raw.join(message, message);
      // Always within a frame when somebody looks, but never in the same one for long.
      slow.write(java.util.Arrays.copyOf(two, 5));
      for (int i = 0; i < 25; i++) {
        Thread.sleep(20);
        slow.write(java.util.Arrays.copyOfRange(two, 5, 5 + message.length));
        assertEquals(3, slow.frame(Raw.DATA).payload().length);
      }
      slow.write(java.util.Arrays.copyOfRange(two, 5, message.length));
      assertEquals(3, slow.frame(Raw.DATA).payload().length);
      Thread.sleep(500);
      slow.write(message);
      assertEquals(3, slow.frame(Raw.DATA).payload().length);
    }
  }

  /** Questions whose answers nobody reads: they are coalesced, and what waits is bounded. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void questionsWithoutEndCostNothing(Place place) throws Exception {
    byte[][] frames = new byte[4000][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = Raw.number(i % 2 == 0 ? Raw.PING : Raw.BARRIER, i % 2 == 0 ? i : 0);
    }
    byte[] flood = Raw.join(frames);
    int rounds = 500 * Integer.getInteger("ipc.scale", 1);
    try (GoodClient good = new GoodClient(place.free(directory));
        Raw bad = Raw.connect(good.endpoint()).greet(place.scheme())) {
      good.nextAccepted();
      long before = used();
      for (int round = 0; round < rounds; round++) {
        bad.write(flood); // 2 million questions in all, 32 MB, and as many bytes of answers
        if (round % 50 == 0) {
          good.isServed();
        }
      }
      good.isServed();
      long grown = used() - before;
      assertTrue(grown < 16_000_000, "grown=" + grown);
    }
  }

  /** The heap in use and the memory behind direct buffers. */
  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long direct =
        java.lang.management.ManagementFactory.getPlatformMXBeans(
                java.lang.management.BufferPoolMXBean.class)
            .stream()
            .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
            .sum();
    return runtime.totalMemory() - runtime.freeMemory() + direct;
  }

  /** A receiver that does not receive makes the sender wait, and nobody else. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoNeverReadsTheEchoesHoldsUpHimselfOnly(Place place) throws Exception {
    Endpoint free = place.free(directory).with("sendBuffer", "64k");
    List<Raw> all = new ArrayList<>();
    try (GoodClient good = new GoodClient(free)) {
      for (int i = 0; i < 5; i++) {
        Raw bad = Raw.connect(good.endpoint()).greet(place.scheme());
        all.add(bad);
        for (int message = 0; message < 200; message++) {
          bad.write(Raw.data(new byte[10_000])); // the echo server drops what it cannot send
        }
        good.isServed();
      }
      for (Raw bad : all) {
        bad.close();
      }
      good.isServed();
    }
  }

  /** More connected clients than the accept queue holds: they are told, and may come again. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theAcceptQueueIsBounded(Place place) throws Exception {
    List<Raw> waiting = new ArrayList<>();
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory))) {
      for (int i = 0; i < 128; i++) {
        waiting.add(Raw.connect(listener.endpoint()).greet(place.scheme()));
      }
      try (Raw late = Raw.connect(listener.endpoint())) {
        Raw.Frame answer = late.write(Raw.hello(place.scheme())).frame();
        assertEquals(Raw.REFUSE, answer.type());
        assertEquals(4, answer.refusal());
      }
      listener.accept(GRACE).orElseThrow().abort();
      waiting.add(Raw.connect(listener.endpoint()).greet(place.scheme()));
      for (int i = 0; i < 128; i++) {
        listener.accept(GRACE).orElseThrow().abort();
      }
    } finally {
      for (Raw client : waiting) {
        client.close();
      }
    }
  }

  /** A plain client cannot be told to come again: it waits in the kernel until there is a place. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void plainClientsWaitForAPlace(Place place) throws Exception {
    List<Raw> clients = new ArrayList<>();
    try (IpcContext context = Place.context();
        Listener other = context.listen(new Place("unix", place.io()).of(directory + "/other"));
        Listener listener = context.listen(place.free(directory).with("framing", "line"))) {
      for (int i = 0; i < 140; i++) {
        clients.add(Raw.connect(listener.endpoint()).write(Raw.utf8(i + "\n")));
        if (i >= 126) {
          context.connect(other.endpoint()).close(); // the event loops have seen the client
        }
      }
      for (int i = 0; i < 140; i++) {
        Channel channel = listener.accept(GRACE).orElseThrow();
        Collector received = new Collector();
        assertEquals(dev.ipc.ReceiveResult.RECEIVED, channel.receive(received, GRACE));
        received.expect(Raw.utf8("" + i));
        channel.abort();
      }
    } finally {
      for (Raw client : clients) {
        client.close();
      }
    }
  }
}
