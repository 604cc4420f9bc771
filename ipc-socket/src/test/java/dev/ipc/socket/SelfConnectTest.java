// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel may give a client the very port it connects to, and the client meets itself. Here each
 * socket is bound to that port before it connects, so that it happens every time.
 */
@Timeout(60)
class SelfConnectTest {
  /** How often a port may turn out to be taken by others. */
  private static final int TRIES = 50;

  /** Sockets that have the port they connect to. */
  private static final class Narcissists implements Sockets {
    private final String io;
    private final List<SocketAddress> met = new ArrayList<>();

    Narcissists(String io) {
      this.io = io;
    }

    @Override
    public Wire connect(SocketAddress address) throws IOException {
      Wire wire = io.equals("nio") ? nio(address) : epoll(address);
      met.add(address);
      return wire;
    }

    private static Wire nio(SocketAddress address) throws IOException {
      SocketChannel socket = SocketChannel.open();
      try {
        socket.bind(address);
        socket.configureBlocking(false);
        socket.connect(address);
        return new NioWire(socket);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    private static Wire epoll(SocketAddress address) throws IOException {
      Epoll.ensureAvailability();
      Socket socket = Socket.newSocketStream();
      try {
        socket.bind(address);
        return new EpollWire(socket, false, socket.connect(address));
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public ServerWire listen(SocketAddress address) {
      throw new AssertionError("nobody listens here");
    }
  }

  private static InetSocketAddress freePort() throws IOException {
    try (ServerSocketChannel probe = Raw.listen(Endpoint.of("tcp:127.0.0.1:0"))) {
      return (InetSocketAddress) probe.getLocalAddress();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void theWireNoticesIt(String io) throws Exception {
    for (int left = TRIES; left > 0; left--) {
      Wire wire;
      try {
        wire = new Narcissists(io).connect(freePort());
      } catch (IOException e) {
        continue; // somebody else has taken the port
      }
      ConnectException e = assertThrows(ConnectException.class, wire::finishConnect);
      assertTrue(e.getMessage().contains("met itself"), e.getMessage());
      wire.close();
      return;
    }
    throw new AssertionError("no port was free, tries=" + TRIES);
  }

  /** With a plain framing no handshake fails, so a client would talk to itself. */
  @ParameterizedTest
  @ValueSource(strings = {"nio/native", "nio/line", "epoll/native", "epoll/line"})
  void nobodyListensThere(String row) throws Exception {
    String io = row.substring(0, row.indexOf('/'));
    String framing = row.substring(row.indexOf('/') + 1);
    for (int left = TRIES; left > 0; left--) {
      InetSocketAddress address = freePort();
      Endpoint endpoint =
          new Place("tcp", io).of("127.0.0.1:" + address.getPort()).with("framing", framing);
      Narcissists sockets = new Narcissists(io);
      EndpointAbsentException e =
          assertThrows(
              EndpointAbsentException.class, () -> ForeignWords.connect(endpoint, sockets));
      if (!sockets.met.isEmpty()) {
        assertEquals(List.of(address), sockets.met);
        assertTrue(e.getMessage().contains("met itself"), e.getMessage());
        return;
      }
    }
    throw new AssertionError("no port was free, tries=" + TRIES);
  }
}
