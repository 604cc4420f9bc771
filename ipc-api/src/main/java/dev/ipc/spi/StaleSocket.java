// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The socket file that a killed server left. */
final class StaleSocket {
  private StaleSocket() {}

  /** Makes sure that no server without our lock answers there. */
  static void requireUnanswered(Path place, Path address, Endpoint endpoint) throws IOException {
    if (isAnswered(place, address, endpoint)) {
      throw new EndpointInUseException(
          "a server that does not take our lock listens at the endpoint, path="
              + place
              + ", endpoint="
              + endpoint
              + "; stop it or choose another name");
    }
  }

  private static boolean isAnswered(Path place, Path address, Endpoint endpoint)
      throws IOException {
    try (ShortPath path = ShortPath.toSocket(address, endpoint);
        SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // neither a full backlog nor an interrupt may matter
      probe.connect(UnixDomainSocketAddress.of(path.path()));
      return true;
    } catch (ConnectException refused) {
      return false;
    } catch (SocketException e) {
      // A full backlog, another type of socket: when in doubt somebody is there.
      return FileFacts.of(place).isPresent();
    }
  }
}
