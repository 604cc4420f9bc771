// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.UnusableEndpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where segments are born: numbers, locks, and what the dead leave. */
@Timeout(60)
class SegmentDirectoryTest {
  private static final Endpoint ENDPOINT = Endpoint.of("shm:/test");

  @TempDir Path directory;

  private Path base() {
    return directory.resolve("base");
  }

  @Test
  void theLivingHaveTheirOwnAndTheDeadAreSweptAway() throws Exception {
    SegmentDirectory dead = SegmentDirectory.open(base(), ENDPOINT);
    SegmentDirectory living = SegmentDirectory.open(base(), ENDPOINT);
    Files.createFile(dead.createPrivate().resolve("s"));
    Path kept = Files.createFile(living.createPrivate().resolve("s"));
    dead.close();
    SegmentDirectory next = SegmentDirectory.open(base(), ENDPOINT);
    assertTrue(Files.exists(kept), "the segment of a living process");
    assertEquals(1, Pairs.files(base()), "what the dead one left");
    living.close();
    SegmentDirectory.open(base(), ENDPOINT).close();
    assertEquals(0, Pairs.files(base()));
    next.close();
    assertEquals(List.of("0.lock", "1.lock"), Pairs.names(base()), "numbers are used again");
  }

  @Test
  void aDirectoryThatOthersCanEnterIsRefused() throws Exception {
    Files.createDirectory(base());
    Files.setPosixFilePermissions(base(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThrows(UnusableEndpointException.class, () -> SegmentDirectory.open(base(), ENDPOINT));
    Files.delete(base());
    Files.createSymbolicLink(base(), Files.createDirectory(directory.resolve("elsewhere")));
    assertThrows(UnusableEndpointException.class, () -> SegmentDirectory.open(base(), ENDPOINT));
  }
}
