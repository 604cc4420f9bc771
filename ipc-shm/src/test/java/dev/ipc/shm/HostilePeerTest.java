// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.RefusedException;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.SegmentName;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do what no peer of ours does: the process lives, and other channels go on. */
@Tag("portable")
@Timeout(60)
class HostilePeerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private IpcContext context;
  private Listener listener;
  private Endpoint endpoint;

  @BeforeEach
  void listen() {
    endpoint = Pairs.endpoint(directory);
    context = IpcContext.of(ChannelConfig.defaults(), new ShmTransport());
    listener = context.listen(endpoint);
  }

  @AfterEach
  void close() {
    context.close();
  }

  private static CloseReport report(Channel channel) throws Exception {
    return channel.closed().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTruncatedSegmentEndsItsChannel(boolean pushed) throws Exception {
    Channel other = context.connect(endpoint);
    Channel otherEnd = listener.accept(PATIENCE).orElseThrow();
    try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT);
        FileChannel file =
            FileChannel.open(Path.of(client.segment().path()), StandardOpenOption.WRITE)) {
      client.wake();
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      if (pushed) {
        channel.onMessage(message -> {});
      }
      file.truncate(0);
      client.wake();
      Thread user = use(() -> pull(channel, pushed));
      assertEquals(CloseReason.TRANSPORT_FAILED, report(channel).reason());
      user.join();
    }
    other.send(ByteBuffer.allocate(10));
    otherEnd.receive(message -> assertEquals(10, message.remaining()), PATIENCE);
  }

  private interface Use {
    void run() throws InterruptedException;
  }

  /** On a thread of its own: the JVM tells a thread of a fault when it pleases. */
  private static Thread use(Use use) {
    Thread thread =
        new Thread(
            () -> {
              try {
                use.run();
              } catch (InterruptedException | InternalError e) {
                System.out.println("told late: " + e.getMessage());
              }
            });
    thread.setUncaughtExceptionHandler((t, e) -> System.out.println("told very late: " + e));
    thread.start();
    return thread;
  }

  @Test
  void aSenderIntoATruncatedSegmentLearnsOfIt() throws Exception {
    try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT);
        FileChannel file =
            FileChannel.open(Path.of(client.segment().path()), StandardOpenOption.WRITE)) {
      client.wake();
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      file.truncate(0);
      Thread user = use(() -> send(channel));
      user.join();
      client.wake();
      assertEquals(CloseReason.TRANSPORT_FAILED, report(channel).reason());
    }
  }

  private static void pull(Channel channel, boolean pushed) throws InterruptedException {
    while (!pushed && channel.receive(message -> {}, PATIENCE) != ReceiveResult.ENDED) {}
  }

  private static void send(Channel channel) {
    for (int i = 0; i < 10; i++) {
      channel.trySend(ByteBuffer.allocate(5000));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 7, 0x7fffffff, 1L << 32 | 8, 2L << 32 | 64, 3L << 32 | 16, 1L << 40})
  void anImpossibleRecordEndsItsChannel(long header) throws Exception {
    try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT);
        FileChannel file =
            FileChannel.open(Path.of(client.segment().path()), StandardOpenOption.WRITE)) {
      client.wake();
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      channel.onMessage(message -> {});
      ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
      file.write(word.putLong(0, header), SegmentLayout.DATA_OFFSET);
      client.wake();
      assertEquals(CloseReason.PROTOCOL_ERROR, report(channel).reason());
    }
  }

  @Test
  void halfAMessageOfADeadPeerDoesNotKeepItsChannel() throws Exception {
    Channel channel;
    try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT);
        FileChannel file =
            FileChannel.open(Path.of(client.segment().path()), StandardOpenOption.WRITE)) {
      client.wake();
      channel = listener.accept(PATIENCE).orElseThrow();
      ByteBuffer part = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
      part.putLong(0, SegmentLayout.recordHeader(16, SegmentLayout.MORE));
      file.write(part, SegmentLayout.DATA_OFFSET);
    }
    assertEquals(CloseReason.PEER_DIED, report(channel).reason());
    assertEquals(-1, channel.poll(message -> {}, 1));
  }

  @Test
  void aMessageOverTheControlSocketEndsItsChannel() throws Exception {
    try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT)) {
      client.wake();
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      client.write(ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 1, 0, 0, 0, 'x'}));
      assertEquals(CloseReason.PROTOCOL_ERROR, report(channel).reason());
    }
  }

  @Test
  void aServerThatNamesAVictimsFileIsRefused() throws Exception {
    Path victim = Files.write(directory.resolve("victim"), new byte[4096 + 2 * (1 << 20)]);
    Endpoint bad = Pairs.endpoint(directory);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(bad.address()));
      CompletableFuture<Integer> told =
          CompletableFuture.supplyAsync(
              () -> welcome(server, new SegmentName(new UUID(1, 2), victim.toString())));
      assertThrows(RefusedException.class, () -> context.connect(bad).abort());
      assertEquals(11, told.get(20, TimeUnit.SECONDS), "CLOSE");
    }
    for (byte octet : Files.readAllBytes(victim)) {
      assertEquals(0, octet);
    }
  }

  /** Welcomes one client; returns the type of the frame that it answers with. */
  private static int welcome(ServerSocketChannel server, SegmentName name) {
    try (SocketChannel socket = server.accept()) {
      Handshake handshake =
          Handshake.server(Hello.ours(ChannelConfig.defaults(), "shm", RingOption.DEFAULT));
      ByteBuffer chunk = ByteBuffer.allocate(8192);
      do {
        socket.read(chunk.clear());
      } while (!handshake.feed(chunk.flip()));
      socket.write(handshake.welcome(name));
      ByteBuffer answer = ByteBuffer.allocate(64);
      return socket.read(answer) > 4 ? answer.get(4) : -1;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
