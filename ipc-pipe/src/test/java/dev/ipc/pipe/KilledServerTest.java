// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL for a server while a client waits to be welcomed: the client's deadline holds, or it
 * comes to the next server, and nothing is left.
 */
@Timeout(120)
class KilledServerTest {
  private static final int KILLS = Integer.getInteger("ipc.kills", 150);
  private static final Duration CONNECT = Duration.ofSeconds(2);

  @TempDir Path directory;

  private final PipeTransport transport = new PipeTransport();
  private final IpcContext context = IpcContext.of(ChannelConfig.defaults(), transport);
  private Path privatePlace;
  private String prefix;
  private long descriptors;

  private Path door() {
    return directory.resolve("f");
  }

  private Endpoint endpoint() {
    return Endpoint.of("fifo", door().toString(), Map.of());
  }

  /** Connects once, so that everything that stays is there, and learns where pairs are made. */
  @BeforeEach
  void countWhatIsThere() throws Exception {
    try (Listener listener = context.listen(endpoint());
        Channel channel = context.connect(endpoint())) {
      listener.accept(Programs.PATIENCE).orElseThrow().close();
      Programs.report(channel);
    }
    Path pair = transport.place(endpoint()).createPrivate();
    Files.delete(pair);
    privatePlace = pair.getParent();
    String name = pair.getFileName().toString();
    prefix = name.substring(0, name.indexOf('-') + 1);
    descriptors = Programs.descriptors();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Programs.await("the pairs to be removed", this::isEmpty);
    Programs.await("descriptors to be closed", () -> Programs.descriptors() <= descriptors);
    context.listen(endpoint()).close();
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("f.lock")), files.toList());
    }
    context.close();
  }

  /** The private directories of this process. */
  private List<Path> pairs() throws IOException {
    try (Stream<Path> files = Files.list(privatePlace)) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static Peer server(Endpoint endpoint) throws IOException {
    Peer server = new Peer(Map.of(), "listen", endpoint.toString());
    assertEquals(EndpointMain.DONE, server.says());
    return server;
  }

  private CompletableFuture<Channel> connecting(Duration timeout) {
    CompletableFuture<Channel> result = new CompletableFuture<>();
    Thread client =
        new Thread(
            () -> {
              try {
                ChannelConfig patient =
                    ChannelConfig.defaults().toBuilder().connectTimeout(timeout).build();
                result.complete(context.connect(endpoint(), patient));
              } catch (IpcException | InterruptedException e) {
                result.completeExceptionally(e);
              }
            },
            "client");
    client.setDaemon(true);
    client.start();
    return result;
  }

  /** A client that has announced itself to a server that is stopped, and then killed. */
  private CompletableFuture<Channel> waitingWhenItsServerDies(Duration timeout) throws Exception {
    try (Peer server = server(endpoint())) {
      server.stop();
      CompletableFuture<Channel> client = connecting(timeout);
      Programs.await("the client's pair", () -> !isEmpty());
      int announcement = Announcement.of(pairs().get(0)).encode().length;
      try (WriteEnd end = Door.open(door())) {
        Programs.await("its announcement", () -> unread(end) > announcement);
      }
      server.kill();
      return client;
    }
  }

  private boolean isEmpty() {
    try {
      return pairs().isEmpty();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int unread(WriteEnd end) {
    try {
      return end.unread();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertEchoes(Channel channel) throws InterruptedException {
    List<String> answers = new ArrayList<>();
    channel.send(Programs.text("hello"));
    ReceiveResult result =
        channel.receive(message -> answers.add(Programs.text(message)), Programs.PATIENCE);
    assertEquals(ReceiveResult.RECEIVED, result);
    assertEquals(List.of("hello"), answers);
  }

  @Test
  void withoutAnotherServerTheDeadlineHolds() throws Exception {
    long start = System.nanoTime();
    CompletableFuture<Channel> client = waitingWhenItsServerDies(CONNECT);
    try {
      client.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS).abort();
      throw new AssertionError("connected to nobody");
    } catch (ExecutionException e) {
      assertEquals(EndpointAbsentException.class, e.getCause().getClass());
    }
    assertTrue(Programs.since(start).compareTo(CONNECT) >= 0, "too early");
  }

  @Test
  void itComesToTheNextServer() throws Exception {
    CompletableFuture<Channel> client = waitingWhenItsServerDies(Programs.PATIENCE);
    try (Peer next = server(endpoint());
        Channel channel = client.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      assertEchoes(channel);
    }
  }

  @Test
  void serversThatAreKilledAtAnyTimeWhileClientsConnect() throws Exception {
    long seed = System.nanoTime();
    System.out.println("servers killed, seed=" + seed);
    Random random = new Random(seed);
    AtomicLong connected = new AtomicLong();
    CompletableFuture<Void> client = new CompletableFuture<>();
    Thread thread = new Thread(() -> connectAgain(connected, client), "client");
    thread.setDaemon(true);
    thread.start();
    for (int i = 0; i < Math.max(2, KILLS / 30); i++) {
      long before = connected.get();
      try (Peer server = server(endpoint())) {
        Programs.await(
            "a connection, seed=" + seed,
            () -> connected.get() > before || client.isCompletedExceptionally());
        LockSupport.parkNanos(random.nextInt(30_000_000)); // the moment is the test's subject
        server.kill();
      }
    }
    thread.interrupt();
    client.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Until it is interrupted; servers come back before it gives up. */
  private void connectAgain(AtomicLong connected, CompletableFuture<Void> client) {
    try {
      ChannelConfig patient =
          ChannelConfig.defaults().toBuilder().connectTimeout(Programs.PATIENCE).build();
      while (true) {
        context.connect(endpoint(), patient).abort();
        connected.incrementAndGet();
      }
    } catch (InterruptedException e) {
      client.complete(null);
    } catch (RuntimeException e) {
      client.completeExceptionally(e);
    }
  }
}
