// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.Transport;
import dev.ipc.testkit.TransportContract;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The contract of {@code exec:} and {@code stdio:}, with a program between them that copies. The
 * chapter about crashes is {@link ChildKilledTest}, with children that are killed.
 */
class ExecContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  protected Endpoint freshEndpoint() {
    return Endpoint.of("exec", "relay-" + COUNT.incrementAndGet(), Map.of());
  }

  @Override
  protected Transport transport() {
    return new RelayTransport();
  }

  @Override
  protected boolean crossesProcesses() {
    return false;
  }
}
