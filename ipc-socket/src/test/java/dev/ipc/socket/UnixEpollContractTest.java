// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import dev.ipc.testkit.TransportContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code unix:}. */
@Tag("epoll")
@Tag("sibling")
class UnixEpollContractTest extends TransportContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected Endpoint freshEndpoint() {
    String path = directory.resolve("s" + COUNT.incrementAndGet()).toString();
    return Endpoint.of("unix", path, Map.of()).with("io", "epoll");
  }

  /** The channels are the same as over NIO, where many more are killed. */
  @Override
  protected int kills() {
    return Math.min(40, super.kills());
  }

  @Override
  protected Optional<Path> directory() {
    return Optional.of(directory);
  }
}
