// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code shm:} over Agrona's buffer; the processes it forks have ours. */
@Tag("sibling")
class ShmUnsafeContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path directory;

  @BeforeAll
  static void theFlagIsSet() {
    assertTrue(Buffers.unsafeWorks(), "the JVM was not started with --add-exports");
  }

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

  /** The channels are the same as over our own buffer, where many more are killed. */
  @Override
  protected int kills() {
    return Math.min(75, super.kills());
  }
}
