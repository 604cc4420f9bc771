// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import dev.ipc.Ipc;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds an address that a transport accepts, without knowing the transport. */
final class Addresses {
  private Addresses() {}

  static Optional<Endpoint> find(String scheme, Path directory) {
    for (String address : List.of(directory.resolve(scheme).toString(), "127.0.0.1:0", "demo")) {
      try {
        Endpoint endpoint = Endpoint.of(scheme, address, Map.of());
        Ipc.capabilities(endpoint); // checks the address
        return Optional.of(endpoint);
      } catch (InvalidEndpointException e) {
        // the next one
      }
    }
    return Optional.empty();
  }
}
