// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where private files are born: numbers, locks, and what the dead leave. */
@Timeout(60)
class RuntimeDirectoryTest {
  private static final Endpoint ENDPOINT = Endpoint.of("shm:/test");

  @TempDir Path directory;

  private Path base() {
    return directory.resolve("base");
  }

  @Test
  void theLivingHaveTheirOwnAndTheDeadAreSweptAway() throws Exception {
    RuntimeDirectory dead = RuntimeDirectory.open(base(), ENDPOINT);
    RuntimeDirectory living = RuntimeDirectory.open(base(), ENDPOINT);
    Files.createFile(dead.createPrivate().resolve("s"));
    Path kept = Files.createFile(living.createPrivate().resolve("s"));
    dead.close();
    RuntimeDirectory next = RuntimeDirectory.open(base(), ENDPOINT);
    assertTrue(Files.exists(kept), "the file of a living process");
    assertEquals(1, directories(base()).size(), "what the dead one left");
    living.close();
    RuntimeDirectory.open(base(), ENDPOINT).close();
    assertEquals(0, directories(base()).size());
    next.close();
    assertEquals(List.of("0.lock", "1.lock"), names(base()), "numbers are used again");
  }

  @Test
  void aDirectoryThatOthersCanEnterIsRefused() throws Exception {
    Files.createDirectory(base());
    Files.setPosixFilePermissions(base(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThrows(UnusableEndpointException.class, () -> RuntimeDirectory.open(base(), ENDPOINT));
    Files.delete(base());
    Files.createSymbolicLink(base(), Files.createDirectory(directory.resolve("elsewhere")));
    assertThrows(UnusableEndpointException.class, () -> RuntimeDirectory.open(base(), ENDPOINT));
  }

  private static List<String> directories(Path base) throws IOException {
    return names(base).stream().filter(name -> !name.endsWith(".lock")).toList();
  }

  private static List<String> names(Path base) throws IOException {
    try (Stream<Path> files = Files.list(base)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
