// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Binds a port of {@code tcp:}, and finds out why it could not. */
final class TcpPort {
  private static final int TRIES = 5;
  private static final long LONGEST_NAP_NANOS = 2_000_000;

  private final Endpoint endpoint;
  private final Sockets sockets;

  TcpPort(Endpoint endpoint, Sockets sockets) {
    this.endpoint = endpoint;
    this.sockets = sockets;
  }

  /**
   * Of two that bind and listen at the same moment the kernel may turn both away; so a loser tries
   * a few times more, each time after another short while.
   */
  ServerWire bind() {
    InetSocketAddress address = Address.resolve(endpoint);
    for (int left = TRIES; ; left--) {
      try {
        return sockets.listen(address);
      } catch (BindException e) {
        if (!isInUse(e, address.getAddress())) {
          throw unusable(e);
        }
        if (left == 1) {
          throw new EndpointInUseException(
              "another listener owns the port, endpoint=" + endpoint + "; choose another", e);
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_NAP_NANOS));
      } catch (IOException e) {
        throw unusable(e);
      }
    }
  }

  /**
   * Whether this is how the system calls a port in use. It does so in its own language; so it is
   * asked about a port that is in use for certain.
   */
  private boolean isInUse(BindException e, InetAddress address) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("in use")) {
      return true;
    }
    try (ServerWire owner = sockets.listen(new InetSocketAddress(address, 0))) {
      return text.equals(inUse(owner.localAddress()));
    } catch (IOException unusable) {
      return false;
    }
  }

  private String inUse(SocketAddress taken) throws IOException {
    try {
      sockets.listen(taken).close();
      return "";
    } catch (BindException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private UnusableEndpointException unusable(IOException e) {
    return new UnusableEndpointException(
        "the address cannot be bound here, endpoint=" + endpoint + ", cause=" + e.getMessage(), e);
  }
}
