// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Endpoint;
import java.util.Map;
import java.util.UUID;

/** The reference transport keeps the contract. */
class InprocContractTest extends TransportContract {
  @Override
  protected Endpoint freshEndpoint() {
    return Endpoint.of("inproc", UUID.randomUUID().toString(), Map.of());
  }

  @Override
  protected boolean crossesProcesses() {
    return false;
  }

  @Override
  protected int hiddenCapacity() {
    return 0;
  }
}
