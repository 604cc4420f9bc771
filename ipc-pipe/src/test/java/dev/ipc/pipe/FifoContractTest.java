// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code fifo:}. */
class FifoContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected Endpoint freshEndpoint() {
    String path = directory.resolve("f" + COUNT.incrementAndGet()).toString();
    return Endpoint.of("fifo", path, Map.of());
  }

  @Override
  protected Optional<Path> directory() {
    return Optional.of(directory);
  }
}
