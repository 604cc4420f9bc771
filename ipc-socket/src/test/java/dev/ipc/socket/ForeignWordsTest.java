// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.EndpointInUseException;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A system tells what is wrong in its own language: the same errors come of it. */
@Timeout(60)
class ForeignWordsTest {
  @TempDir Path directory;

  private static IpcException failure(Endpoint endpoint, IOException cause) throws Exception {
    return assertThrows(
        IpcException.class, () -> ForeignWords.connect(endpoint, ForeignWords.failing(cause)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void aFullQueueIsATimeout(String io) throws Exception {
    Endpoint endpoint = new Place("unix", io).free(directory);
    try (ServerSocketChannel server = Raw.listen(endpoint)) {
      assertTrue(server.isOpen());
      IpcException full =
          failure(endpoint, new IOException("Die Ressource ist zur Zeit nicht verfügbar"));
      assertThrowable(IpcTimeoutException.class, full);
      IpcException refused = failure(endpoint, new ConnectException("Verbindungsaufbau abgelehnt"));
      assertThrowable(EndpointAbsentException.class, refused);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void aMissingNameIsAbsent(String io) throws Exception {
    Endpoint endpoint = new Place("unix", io).free(directory);
    IpcException missing = failure(endpoint, new IOException("Datei nicht gefunden"));
    assertThrowable(EndpointAbsentException.class, missing);
  }

  private static void assertThrowable(Class<?> expected, IpcException e) {
    assertTrue(expected.isInstance(e), () -> e.toString());
  }

  /** The kernel's own errors, in other words. */
  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void aPortInUseIsInUse(String io) throws Exception {
    try (ServerSocket owner = new ServerSocket()) {
      owner.bind(new InetSocketAddress("127.0.0.1", 0));
      Endpoint endpoint = new Place("tcp", io).of("127.0.0.1:" + owner.getLocalPort());
      TcpPort port = new TcpPort(endpoint, ForeignWords.translated(ForeignWords.sockets(io)));
      assertThrows(EndpointInUseException.class, port::bind);
    }
  }

  /** An address of a documentation network is nobody's. */
  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void anAddressOfOthersIsUnusable(String io) throws Exception {
    for (String address : new String[] {"192.0.2.1:0", "192.0.2.1:4711"}) {
      Endpoint endpoint = new Place("tcp", io).of(address);
      TcpPort port = new TcpPort(endpoint, ForeignWords.translated(ForeignWords.sockets(io)));
      assertThrows(UnusableEndpointException.class, port::bind);
    }
  }

  /** A port that only some users may bind, on an address that everybody may. */
  @Test
  void aDeniedPortIsUnusable() {
    Sockets denying =
        new Sockets() {
          @Override
          public Wire connect(SocketAddress address) {
            throw new AssertionError();
          }

          @Override
          public ServerWire listen(SocketAddress address) throws IOException {
            if (((InetSocketAddress) address).getPort() == 80) {
              throw new BindException("Permission denied");
            }
            return new NioSockets().listen(address);
          }
        };
    Endpoint endpoint = Endpoint.of("tcp:127.0.0.1:80");
    for (Sockets sockets : new Sockets[] {denying, ForeignWords.translated(denying)}) {
      TcpPort port = new TcpPort(endpoint, sockets);
      assertThrows(UnusableEndpointException.class, port::bind);
    }
  }
}
