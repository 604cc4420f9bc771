// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract of {@code tcp:}. */
class TcpContractTest extends TransportContract {
  /**
   * Below the ports that the kernel gives to clients: a name must stay free while nobody listens.
   */
  private static final AtomicInteger PORTS =
      new AtomicInteger(20_000 + ThreadLocalRandom.current().nextInt(8_000));

  @Override
  protected Endpoint freshEndpoint() {
    while (true) {
      int port = PORTS.getAndIncrement();
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return Endpoint.of("tcp:127.0.0.1:" + probe.getLocalPort());
      } catch (IOException e) {
        // taken: the next one
      }
    }
  }
}
