// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.RefusedException;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that lie, hang or are silent: connect ends with the right error, within its deadline. */
@Timeout(60)
class HostileServerTest {
  @TempDir Path directory;

  /** Answers every client with the same bytes after its HELLO, and hangs up or stays. */
  private static final class FakeServer implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Endpoint endpoint;
    private final List<Raw> clients = new ArrayList<>();
    private int count;

    FakeServer(Place place, Path directory, byte[] answer, boolean hangUp) throws IOException {
      server = Raw.listen(place.free(Files.createTempDirectory(directory, "f")));
      endpoint = Raw.endpoint(server, place);
      Thread thread = new Thread(() -> serve(answer, hangUp), "fake-server");
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(byte[] answer, boolean hangUp) {
      try {
        while (true) {
          Raw client = Raw.accept(server);
          synchronized (this) {
            clients.add(client);
            count++;
          }
          if (!hangUp || answer.length > 0) {
            client.frame();
          }
          client.write(answer);
          if (hangUp) {
            client.close();
          }
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    synchronized int count() {
      return count;
    }

    @Override
    public synchronized void close() throws IOException {
      server.close();
      for (Raw client : clients) {
        client.close();
      }
    }
  }

  private IpcException failure(Place place, byte[] answer, boolean hangUp, String... options)
      throws IOException {
    try (IpcContext context = Place.context();
        FakeServer server = new FakeServer(place, directory, answer, hangUp)) {
      Endpoint endpoint = server.endpoint.with("connectTimeout", "200ms");
      for (int i = 0; i < options.length; i += 2) {
        endpoint = endpoint.with(options[i], options[i + 1]);
      }
      Endpoint target = endpoint;
      IpcException e = assertThrows(IpcException.class, () -> context.connect(target));
      assertTrue(e.getMessage().length() < 1500, e.getMessage());
      return e;
    }
  }

  private static Map<String, byte[]> noWelcomes(String scheme) {
    byte[] welcome = Raw.greeting(Raw.WELCOME, 1, 1, scheme, "");
    Map<String, byte[]> answers = new LinkedHashMap<>();
    answers.put("http", Raw.utf8("HTTP/1.1 400 Bad Request\r\n\r\n"));
    answers.put("zeros", new byte[64]);
    answers.put("data", Raw.data(new byte[3]));
    answers.put("hello", Raw.hello(scheme));
    answers.put("length 0xffffffff", Raw.header(0xffffffffL, Raw.WELCOME, 0, 0));
    answers.put("length 2^31", Raw.header(1L << 31, Raw.WELCOME, 0, 0));
    answers.put("refuse too long", Raw.header(4097, Raw.REFUSE, 0, 0));
    answers.put("refuse too short", Raw.frame(Raw.REFUSE, 0, new byte[1]));
    answers.put("version 2", Raw.greeting(Raw.WELCOME, 2, 2, scheme, ""));
    answers.put("no version chosen", Raw.greeting(Raw.WELCOME, 1, 2, scheme, ""));
    answers.put("scheme", Raw.greeting(Raw.WELCOME, 1, 1, "shm", ""));
    byte[] magic = welcome.clone();
    magic[8] = 'J';
    answers.put("magic", magic);
    byte[] flags = welcome.clone();
    flags[5] = 1;
    answers.put("flags", flags);
    answers.put("refuse version", refuse(1, "old"));
    answers.put("refuse scheme", refuse(6, "other"));
    return answers;
  }

  private static byte[] refuse(int code, String text) {
    return Raw.frame(Raw.REFUSE, 0, Raw.join(new byte[] {(byte) code, 0}, Raw.utf8(text)));
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whatIsNoWelcomeIsIncompatible(Place place) throws Exception {
    for (Map.Entry<String, byte[]> answer : noWelcomes(place.scheme()).entrySet()) {
      IpcException e = failure(place, answer.getValue(), false);
      assertInstanceOf(IncompatiblePeerException.class, e, answer.getKey());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoRefusesIsBelieved(Place place) throws Exception {
    for (int code : new int[] {2, 3, 5, 99}) {
      IpcException e = failure(place, refuse(code, "no \u001b[31m\nway"), false);
      assertInstanceOf(RefusedException.class, e, "code " + code);
      assertTrue(e.getMessage().contains("code=" + code), e.getMessage());
      assertFalse(e.getMessage().contains("\u001b") || e.getMessage().contains("\n"));
    }
  }

  /** Busy means: come again. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoIsBusyIsAskedAgain(Place place) throws Exception {
    try (IpcContext context = Place.context();
        FakeServer server = new FakeServer(place, directory, refuse(4, "full"), true)) {
      Endpoint endpoint = server.endpoint.with("connectTimeout", "300ms");
      IpcException e = assertThrows(IpcTimeoutException.class, () -> context.connect(endpoint));
      assertTrue(e.getMessage().contains("connectTimeout="), e.getMessage());
      assertTrue(server.count() > 2, "tries=" + server.count());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoHangsUpIsNoPeer(Place place) throws Exception {
    byte[] half = Raw.header(50, Raw.WELCOME, 0, 0);
    for (byte[] answer : List.of(new byte[0], half)) {
      long start = System.nanoTime();
      IpcException e = failure(place, answer, true);
      assertInstanceOf(IncompatiblePeerException.class, e);
      assertWithin(Duration.ofMillis(200), start);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theSilentServerIsGivenUp(Place place) throws Exception {
    for (byte[] answer : List.of(new byte[0], Raw.header(50, Raw.WELCOME, 0, 0))) {
      long start = System.nanoTime();
      IpcException e = failure(place, answer, false, "handshakeTimeout", "300ms");
      assertInstanceOf(IpcTimeoutException.class, e);
      assertTrue(e.getMessage().contains("handshakeTimeout=PT0.3S"), e.getMessage());
      assertWithin(Duration.ofMillis(500), start);
    }
  }

  private static void assertWithin(Duration deadline, long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(deadline.plusSeconds(3)) < 0, () -> "took " + took);
  }

  /** The kernel's queue is full: nobody accepts. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void aFullBacklogIsGivenUpInTime(Place place) throws Exception {
    try (IpcContext context = Place.context();
        ServerSocketChannel server = ServerSocketChannel.open(family(place))) {
      Endpoint free = place.free(directory);
      server.bind(
          free.scheme().equals("unix")
              ? java.net.UnixDomainSocketAddress.of(free.address())
              : new java.net.InetSocketAddress("127.0.0.1", 0),
          1);
      Endpoint endpoint =
          Raw.endpoint(server, place)
              .with("connectTimeout", "400ms")
              .with("handshakeTimeout", "300ms");
      List<Class<?>> ends = new ArrayList<>();
      List<SocketChannel> fillers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SocketChannel filler = SocketChannel.open(family(place));
        fillers.add(filler);
        filler.configureBlocking(false);
        try {
          filler.connect(server.getLocalAddress());
        } catch (IOException e) {
          // The queue is full.
        }
      }
      for (int i = 0; i < 2; i++) {
        long start = System.nanoTime();
        IpcException e = assertThrows(IpcException.class, () -> context.connect(endpoint));
        assertWithin(Duration.ofMillis(700), start);
        ends.add(e.getClass());
      }
      // With tcp: nobody can tell a full queue from a host that drops packets.
      Class<?> expected =
          place.scheme().equals("unix") ? IpcTimeoutException.class : EndpointAbsentException.class;
      assertEquals(List.of(expected, expected), ends);
      for (SocketChannel filler : fillers) {
        filler.close();
      }
    }
  }

  private static java.net.ProtocolFamily family(Place place) {
    return place.scheme().equals("unix")
        ? java.net.StandardProtocolFamily.UNIX
        : java.net.StandardProtocolFamily.INET;
  }

  /** What follows the WELCOME in the same segment belongs to the channel. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void messagesRightBehindTheWelcomeArrive(Place place) throws Exception {
    byte[] answer =
        Raw.join(
            Raw.greeting(Raw.WELCOME, 1, 1, place.scheme(), ""),
            Raw.data(new byte[] {1}),
            Raw.data(new byte[] {2}),
            Raw.number(Raw.END_OUTPUT, 2),
            Raw.close(2, 0));
    try (IpcContext context = Place.context();
        FakeServer server = new FakeServer(place, directory, answer, false);
        Channel channel = context.connect(server.endpoint)) {
      Collector received = Collector.on(channel);
      assertArrayEquals(new byte[] {1}, received.next());
      assertArrayEquals(new byte[] {2}, received.next());
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
    }
  }

  /** Whatever the connect waits for, an interrupt ends it and leaves nothing behind. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void anInterruptedConnectLeavesNothing(Place place) throws Exception {
    Endpoint absent = place.free(Files.createTempDirectory(directory, "n"));
    try (IpcContext context = Place.context();
        FakeServer silent = new FakeServer(place, directory, new byte[0], false)) {
      Endpoint nobody =
          place.scheme().equals("unix") ? absent : absent.withAddress("127.0.0.1:" + freePort());
      interrupted(context, silent.endpoint.with("connectTimeout", "1m"));
      Resources before = Resources.settled();
      for (int round = 0; round < 10; round++) {
        interrupted(context, silent.endpoint.with("connectTimeout", "1m"));
        interrupted(context, nobody.with("connectTimeout", "1m"));
      }
      silent.close();
      Resources.awaitAtMost(before);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocketChannel probe = Raw.listen(Endpoint.of("tcp:127.0.0.1:0"))) {
      return ((java.net.InetSocketAddress) probe.getLocalAddress()).getPort();
    }
  }

  private static void interrupted(IpcContext context, Endpoint endpoint) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Throwable[] end = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              begun.countDown();
              try {
                context.connect(endpoint.with("handshakeTimeout", "1m")).close();
              } catch (Throwable e) {
                end[0] = e;
              }
            });
    thread.start();
    begun.await();
    while (Stream.of(Thread.State.WAITING, Thread.State.TIMED_WAITING)
        .noneMatch(state -> thread.getState() == state)) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join();
    assertInstanceOf(InterruptedException.class, end[0]);
  }
}
