// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcContext;
import dev.ipc.IpcTimeoutException;
import dev.ipc.Listener;
import dev.ipc.RefusedException;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How two sides find together, or not. */
@Tag("portable")
@Timeout(60)
class RendezvousTest {
  private static final ChannelConfig HASTY =
      ChannelConfig.builder().handshakeTimeout(Duration.ofMillis(200)).build();

  @TempDir Path directory;

  private IpcContext context;
  private Endpoint endpoint;

  @BeforeEach
  void create() {
    context = IpcContext.of(ChannelConfig.defaults(), new ShmTransport());
    endpoint = Pairs.endpoint(directory);
  }

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "3k", "4095", "2k", "512m", "1g", "-1", "4K", "99999999999"})
  void aRingIsAPowerOfTwoWithinBounds(String ring) {
    Endpoint wrong = endpoint.with(RingOption.KEY, ring);
    InvalidEndpointException thrown =
        assertThrows(InvalidEndpointException.class, () -> context.listen(wrong).close());
    assertTrue(thrown.getMessage().contains("ring=" + ring), thrown.getMessage());
  }

  @Test
  void theSmallerRingHolds() throws Exception {
    try (Listener listener = context.listen(endpoint.with(RingOption.KEY, "64k"));
        RawClient wantsMore = new RawClient(endpoint, 1 << 20);
        RawClient wantsLess = new RawClient(endpoint, 1 << 12)) {
      assertEquals(1 << 16, wantsMore.capacity());
      assertEquals(1 << 12, wantsLess.capacity());
      assertEquals(
          SegmentLayout.segmentLength(1 << 12), Files.size(Path.of(wantsLess.segment().path())));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 255, 5000})
  void aClientWithoutAProperRingIsRefused(int ring) {
    try (Listener listener = context.listen(endpoint)) {
      assertThrows(RefusedException.class, () -> new RawClient(endpoint, ring));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow", "require"})
  void otherUsersAreNotServed(String key) {
    InvalidEndpointException thrown =
        assertThrows(InvalidEndpointException.class, () -> context.listen(endpoint.with(key, "*")));
    assertTrue(thrown.getMessage().contains(key), thrown.getMessage());
  }

  @Test
  void theTokenIsChecked() throws Exception {
    ChannelConfig secret = ChannelConfig.builder().token("secret").build();
    try (Listener listener = context.listen(endpoint, secret)) {
      assertThrows(RefusedException.class, () -> context.connect(endpoint).abort());
      context.connect(endpoint, secret).close();
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(endpoint.address()));
      assertThrows(IpcTimeoutException.class, () -> context.connect(endpoint, HASTY).abort());
    }
  }

  @Test
  void aClientThatSaysNothingIsDropped() throws Exception {
    try (Listener listener = context.listen(endpoint, HASTY);
        SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(endpoint.address()));
        RawClient half = new RawClient(endpoint, RingOption.DEFAULT)) {
      assertEquals(-1, silent.read(ByteBuffer.allocate(8)));
      Pairs.await("the segment to go", () -> !Files.exists(Path.of(half.segment().path())));
      assertTrue(listener.accept(Duration.ZERO).isEmpty());
    }
  }

  @Test
  void anotherProtocolIsNotOurs() throws Exception {
    try (Listener listener = context.listen(endpoint);
        SocketChannel stranger =
            SocketChannel.open(UnixDomainSocketAddress.of(endpoint.address()))) {
      stranger.write(ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      assertEquals(-1, stranger.read(ByteBuffer.allocate(8)));
    }
    assertThrows(
        IncompatiblePeerException.class,
        () -> {
          try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(endpoint.address()));
            Thread answer = new Thread(() -> answer(server));
            answer.start();
            context.connect(endpoint, HASTY).abort();
          }
        });
  }

  private static void answer(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      client.write(
          ByteBuffer.wrap("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      client.read(ByteBuffer.allocate(1024));
      client.read(ByteBuffer.allocate(1024));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsNoSocketIsNotTaken() throws Exception {
    Files.write(Path.of(endpoint.address()), new byte[10]);
    assertThrows(UnusableEndpointException.class, () -> context.listen(endpoint));
    assertThrows(UnusableEndpointException.class, () -> context.connect(endpoint));
    assertEquals(10, Files.size(Path.of(endpoint.address())));
  }
}
