// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.Transport;
import dev.ipc.testkit.TransportContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of {@code exec:} and {@code stdio:}, with a program between them that copies, since
 * the far ends of the kit have their standard streams for themselves. Without it, parents and
 * children are killed by {@link ChildKilledTest}.
 */
class ExecContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected Endpoint freshEndpoint() {
    String path = directory.resolve("relay-" + COUNT.incrementAndGet()).toString();
    return Endpoint.of("exec", path, Map.of());
  }

  @Override
  protected Transport transport() {
    return new RelayTransport();
  }

  @Override
  protected Optional<Path> directory() {
    return Optional.of(directory);
  }
}
