// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.StorageFullException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the memory of a connection comes from, when there is none and when its owner dies. */
@Timeout(60)
class StorageTest {
  @TempDir Path directory;

  private Path runtime;
  private Path base;

  @BeforeEach
  void create() throws Exception {
    runtime =
        Files.createDirectory(
            directory.resolve("run"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    base = runtime.resolve("ipc");
  }

  private Fork serve(List<String> prefix, Endpoint endpoint) throws Exception {
    Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", runtime.toString());
    Fork fork = Fork.start(prefix, environment, "serve", endpoint.toString());
    assertEquals("ready", fork.line());
    return fork;
  }

  private void assertOnlySmallRingsFit(Endpoint endpoint) throws Exception {
    for (int i = 0; i < 20; i++) {
      StorageFullException thrown =
          assertThrows(StorageFullException.class, () -> Ipc.connect(endpoint).abort());
      assertTrue(thrown.getMessage().contains("ring="), thrown.getMessage());
    }
    Pairs.await("nothing to be left", () -> Pairs.files(base) == 0);
    try (Channel small = Ipc.connect(endpoint.with(RingOption.KEY, "64k"))) {
      small.send(ByteBuffer.allocate(100));
      small.receive(m -> assertEquals(100, m.remaining()), Duration.ofSeconds(20));
    }
  }

  @Test
  void aTinyFileSystemIsATypedErrorOnTheConnectingSide() throws Exception {
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", runtime.toString()));
    Endpoint endpoint = Pairs.endpoint(directory);
    try (Fork server = serve(List.of(), endpoint)) {
      assertOnlySmallRingsFit(endpoint);
    } finally {
      assertTrue(run("umount", runtime.toString()));
    }
  }

  @Test
  void aLimitOfFileSizesIsTheSame() throws Exception {
    List<String> limited = List.of("sh", "-c", "ulimit -f 1000; exec \"$0\" \"$@\"");
    Endpoint endpoint = Pairs.endpoint(directory);
    try (Fork server = serve(limited, endpoint)) {
      assertOnlySmallRingsFit(endpoint);
    }
  }

  @Test
  void whatADeadServerLeftIsRemovedByTheNext() throws Exception {
    Endpoint endpoint = Pairs.endpoint(directory);
    Fork server = serve(List.of(), endpoint);
    try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT)) {
      assertTrue(Files.exists(Path.of(client.segment().path())));
      assertEquals(1, Pairs.files(base));
      try (Fork other = serve(List.of(), Pairs.endpoint(directory))) {
        assertEquals(1, Pairs.files(base), "its owner lives");
      }
      server.kill();
      assertEquals(1, Pairs.files(base));
    }
    try (Fork next = serve(List.of(), endpoint)) {
      assertEquals(0, Pairs.files(base));
    }
    assertTrue(Pairs.names(base).size() <= 2, "locks=" + Pairs.names(base));
  }

  @Test
  void aSegmentThatNobodyMapsIsRemovedWithItsClient() throws Exception {
    Endpoint endpoint = Pairs.endpoint(directory);
    try (Fork server = serve(List.of(), endpoint)) {
      try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT)) {
        assertEquals(1, Pairs.files(base));
      }
      Pairs.await("the segment to be removed", () -> Pairs.files(base) == 0);
      try (RawClient client = new RawClient(endpoint, RingOption.DEFAULT)) {
        client.wake();
        Pairs.await("the name to be removed", () -> Pairs.files(base) == 0);
      }
    }
  }

  @Test
  void anotherUserCannotConnect() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Files.setAttribute(directory, "unix:mode", 01777);
    List<String> stranger = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    assumeTrue(run("setpriv", "--version"));
    Endpoint endpoint = Pairs.endpoint(directory);
    try (Fork server = serve(List.of(), endpoint)) {
      try (Fork client = Fork.start(stranger, Map.of(), "connect", endpoint.toString())) {
        assertEquals("UnusableEndpointException", client.line());
      }
      Files.setAttribute(Path.of(endpoint.address()), "unix:mode", 0777);
      try (Fork client = Fork.start(stranger, Map.of(), "connect", endpoint.toString())) {
        assertEquals("RefusedException", client.line(), "with the socket's mode out of the way");
      }
    }
  }

  private static boolean run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }
}
