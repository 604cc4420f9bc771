// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Endpoint;
import dev.ipc.RefusedException;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.SegmentName;
import dev.ipc.spi.Users;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer that names something else than a segment of ours is refused, and nothing is touched. */
@Timeout(60)
class SegmentFileTest {
  private static final int CAPACITY = 4096;
  private static final Endpoint ENDPOINT = Endpoint.of("shm:/test");

  @TempDir Path directory;

  private RuntimeDirectory place;
  private SegmentFile file;
  private Path path;

  @BeforeEach
  void create() {
    place = RuntimeDirectory.open(directory.resolve("base"), ENDPOINT);
    file = SegmentFile.create(place, CAPACITY, ENDPOINT);
    path = Path.of(file.name().path());
  }

  @AfterEach
  void delete() {
    file.segment().unmap();
    file.unlink();
    place.close();
  }

  private void assertRefused(Path named) {
    assertRefused(new SegmentName(file.name().nonce(), named.toString()));
  }

  private void assertRefused(SegmentName named) {
    RefusedException thrown =
        assertThrows(
            RefusedException.class, () -> SegmentFile.open(named, CAPACITY, ENDPOINT).unmap());
    assertTrue(thrown.getMessage().contains(named.path()), thrown.getMessage());
  }

  /** A victim's file of this length, which nobody must change. */
  private void assertUntouched(int length) throws IOException {
    byte[] before = new byte[length];
    new Random(length).nextBytes(before);
    Files.delete(path);
    Files.write(path, before);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    assertRefused(path);
    assertArrayEquals(before, Files.readAllBytes(path));
  }

  @Test
  void bothSidesSeeTheSameMemory() {
    Segment peer = SegmentFile.open(file.name(), CAPACITY, ENDPOINT);
    assertTrue(peer.writer().offer(ByteBuffer.wrap(new byte[] {7}), SegmentLayout.LAST));
    int taken = file.segment().reader().take((part, flags) -> assertEquals(7, part.get()), 10);
    assertEquals(1, taken);
    peer.unmap();
  }

  @Test
  void nothingIsLeftBehindTheUnlinking() throws IOException {
    file.unlink();
    assertEquals(0, Pairs.files(directory.resolve("base")));
  }

  @Test
  void aVictimsFileIsRefused() throws IOException {
    assertUntouched(SegmentLayout.segmentLength(CAPACITY));
    assertUntouched(SegmentLayout.segmentLength(CAPACITY) + 1);
    assertUntouched(17);
    assertUntouched(0);
  }

  @Test
  void theSegmentOfAnotherConnectionIsRefused() {
    UUID other = new UUID(file.name().nonce().getMostSignificantBits(), 1);
    assertRefused(new SegmentName(other, path.toString()));
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path real = path.resolveSibling("real");
    Files.move(path, real);
    Files.createSymbolicLink(path, real);
    assertRefused(path);
    Files.delete(path);
    Files.createLink(path, real);
    assertRefused(path);
  }

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    Files.delete(path);
    assertRefused(path);
    Files.createDirectory(path);
    assertRefused(path);
    Files.delete(path);
    assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600", path.toString()).start().waitFor());
    assertRefused(path);
    assertRefused(Path.of("/dev/zero"));
    assertRefused(Path.of("/"));
    assertRefused(Path.of("relative/path"));
    assertRefused(path.resolveSibling("..").resolve(path.getFileName()));
  }

  @Test
  void aFileThatOthersCanReachIsRefused() throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(path.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
    assertRefused(path);
    Files.setPosixFilePermissions(path.getParent(), PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void theFileOfAnotherUserIsRefused() throws IOException {
    assumeTrue(Users.self().equals(Users.root()), "needs root");
    Files.setAttribute(path, "unix:uid", 65534);
    assertRefused(path);
    Files.setAttribute(path, "unix:uid", 0);
    Files.setAttribute(path.getParent(), "unix:uid", 65534);
    assertRefused(path);
    Files.setAttribute(path.getParent(), "unix:uid", 0);
  }
}
