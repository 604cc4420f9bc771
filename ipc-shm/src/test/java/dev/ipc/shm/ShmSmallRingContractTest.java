// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code shm:} with rings so small that nearly every message comes in parts. */
@Tag("sibling")
class ShmSmallRingContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected Endpoint freshEndpoint() {
    String path = directory.resolve("s" + COUNT.incrementAndGet()).toString();
    return Endpoint.of("shm", path, Map.of()).with(RingOption.KEY, "4k");
  }

  @Override
  protected Optional<Path> directory() {
    return Optional.of(directory);
  }

  @Override
  protected int hiddenCapacity() {
    return 4096;
  }

  /** The channels are the same as with large rings, where many more are killed. */
  @Override
  protected int kills() {
    return Math.min(75, super.kills());
  }
}
