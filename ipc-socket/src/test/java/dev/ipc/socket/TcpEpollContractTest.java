// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;

/** The contract of {@code tcp:} over IPv6 and Netty's epoll. */
@Tag("epoll")
@Tag("sibling")
class TcpEpollContractTest extends TransportContract {
  /**
   * Below the ports that the kernel gives to clients: a name must stay free while nobody listens.
   */
  private static final AtomicInteger PORTS =
      new AtomicInteger(28_500 + ThreadLocalRandom.current().nextInt(3_000));

  @Override
  protected Endpoint freshEndpoint() {
    while (true) {
      int port = PORTS.getAndIncrement();
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName("::1"))) {
        return Endpoint.of("tcp:[::1]:" + probe.getLocalPort() + "?io=epoll");
      } catch (IOException e) {
        // taken: the next one
      }
    }
  }

  /** The channels are the same as over NIO, where many more are killed. */
  @Override
  protected int kills() {
    return Math.min(40, super.kills());
  }
}
