// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is not ours stays as it is, and the message says what it is. */
@Timeout(60)
class ForeignFilesTest {
  @TempDir Path directory;

  enum Kind {
    DIRECTORY("a directory"),
    REGULAR_FILE("a regular file"),
    LINK("a symbolic link"),
    LINK_TO_EMPTY_FILE("a symbolic link"),
    DANGLING_LINK("a symbolic link"),
    FIFO("a FIFO"),
    DEVICE("a character device"),
    FOREIGN_SOCKET("a socket"),
    FOREIGN_EMPTY_FILE("a regular file"),
    HARD_LINK("a regular file");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  @ParameterizedTest
  @EnumSource
  void inThePlaceOfTheName(Kind kind) throws Exception {
    refusedAndUntouched(kind, "s");
    assertTrue(Servers.names(directory).contains("s.lock"));
  }

  @ParameterizedTest
  @EnumSource
  void inThePlaceOfTheLock(Kind kind) throws Exception {
    refusedAndUntouched(kind, "s.lock");
  }

  private void refusedAndUntouched(Kind kind, String place) throws Exception {
    Files.writeString(directory.resolve("target"), "precious");
    Path path = directory.resolve(place);
    put(kind, path);
    List<Object> before = snapshot(path);
    UnusableEndpointException e =
        assertThrows(UnusableEndpointException.class, () -> Servers.bind(directory.resolve("s")));
    assertTrue(e.getMessage().contains("found=" + kind.words), e.getMessage());
    assertEquals(before, snapshot(path));
    assertEquals("precious", Files.readString(directory.resolve("target")));
  }

  private void put(Kind kind, Path path) throws Exception {
    Path target = directory.resolve("target");
    switch (kind) {
      case DIRECTORY -> Files.createDirectory(path);
      case REGULAR_FILE -> Files.writeString(path, "a user's file");
      case LINK -> Files.createSymbolicLink(path, target);
      case LINK_TO_EMPTY_FILE ->
          Files.createSymbolicLink(path, Files.createFile(directory.resolve("empty")));
      case DANGLING_LINK -> Files.createSymbolicLink(path, directory.resolve("nowhere"));
      case FIFO -> run("mkfifo", path.toString());
      case DEVICE -> {
        assumeRoot();
        run("mknod", path.toString(), "c", "1", "3");
      }
      case FOREIGN_SOCKET -> {
        assumeRoot();
        Servers.leaveStale(path);
        Files.setOwner(path, Users.lookup("65534").orElseThrow());
      }
      case FOREIGN_EMPTY_FILE -> {
        assumeRoot();
        Files.setOwner(Files.createFile(path), Users.lookup("65534").orElseThrow());
      }
      case HARD_LINK -> Files.createLink(path, Files.createFile(directory.resolve("linked twice")));
    }
  }

  private static List<Object> snapshot(Path path) throws IOException {
    return List.of(
        FileFacts.of(path).orElseThrow(),
        Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS),
        Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readString(path) : "");
  }

  private static void run(String... command) throws Exception {
    assumeTrue(new ProcessBuilder(command).inheritIO().start().waitFor() == 0, command[0]);
  }

  private static void assumeRoot() {
    assumeTrue(Users.self().equals(Users.root()), "needs root");
  }

  @Test
  void aLiveSocketBehindALinkIsNotTaken() throws IOException {
    Path name = directory.resolve("s");
    try (SocketName live = Servers.bind(directory.resolve("live"))) {
      Files.createSymbolicLink(name, directory.resolve("live"));
      assertThrows(UnusableEndpointException.class, () -> Servers.bind(name));
      assertTrue(live.isIntact());
    }
  }

  @Test
  void directoriesOpenToOthersAreRefusedAndNotChanged() throws IOException {
    assertDirectory("rwxrwxrwx", false);
    assertDirectory("rwxrwx---", false);
    assertDirectory("rwxr-xr-x", true);
    assertDirectory("rwx------", true);
  }

  private void assertDirectory(String permissions, boolean accepted) throws IOException {
    Path parent = Files.createDirectory(directory.resolve("mode-" + permissions));
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString(permissions));
    FileFacts before = FileFacts.of(parent).orElseThrow();
    Path name = parent.resolve("s");
    if (accepted) {
      Servers.bind(name).close();
    } else {
      String message =
          assertThrows(UnusableEndpointException.class, () -> Servers.bind(name)).getMessage();
      assertTrue(message.contains("chmod go-w") && message.contains("mode=07"), message);
      assertEquals(List.of(), Servers.names(parent));
    }
    assertEquals(before.mode(), FileFacts.of(parent).orElseThrow().mode());
  }

  @Test
  void aStickyDirectoryIsAccepted() throws IOException {
    Files.setAttribute(directory, "unix:mode", 01777);
    Servers.bind(directory.resolve("s")).close();
    assertEquals(01777, FileFacts.of(directory).orElseThrow().mode() & 07777);
  }

  @Test
  void aMissingOrForeignDirectoryIsRefused() throws IOException {
    String missing =
        assertThrows(
                UnusableEndpointException.class,
                () -> Servers.bind(directory.resolve("none").resolve("s")))
            .getMessage();
    assertTrue(missing.contains("missing") && missing.contains("create it"), missing);
    Path file = Files.createFile(directory.resolve("file"));
    assertThrows(UnusableEndpointException.class, () -> Servers.bind(file.resolve("s")));
    assumeRoot();
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.setOwner(foreign, Users.lookup("65534").orElseThrow());
    assertThrows(UnusableEndpointException.class, () -> Servers.bind(foreign.resolve("s")));
    assertEquals(List.of(), Servers.names(foreign));
  }
}
