// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code shm:}. */
class ShmContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected Endpoint freshEndpoint() {
    String path = directory.resolve("s" + COUNT.incrementAndGet()).toString();
    return Endpoint.of("shm", path, Map.of());
  }

  @Override
  protected Optional<Path> directory() {
    return Optional.of(directory);
  }

  @Override
  protected int hiddenCapacity() {
    return RingOption.DEFAULT;
  }
}
