// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketPathTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 40})
  void everyPathOf107BytesWorks(int lastBytes) throws IOException {
    Path name = longName(lastBytes, SocketName.MAX_BYTES);
    assertEquals(name, SocketName.checkPath(Servers.endpoint(name)));
    Servers.leaveStale(name);
    try (SocketName bound = Servers.bind(name)) {
      Servers.connect(name);
      assertEquals(List.of(last(name), last(name) + ".lock"), Servers.names(name.getParent()));
    }
    assertEquals(List.of(last(name) + ".lock"), Servers.names(name.getParent()));
    assertFalse(hasAlias(name));
  }

  @Test
  void oneByteMoreIsRefusedBeforeAnythingIsTouched() throws IOException {
    Path name = longName(10, SocketName.MAX_BYTES + 1);
    Endpoint endpoint = Servers.endpoint(name);
    InvalidEndpointException e =
        assertThrows(InvalidEndpointException.class, () -> SocketName.checkPath(endpoint));
    assertTrue(e.getMessage().contains("bytes=108, limit=107"), e.getMessage());
    assertThrows(InvalidEndpointException.class, () -> Servers.bind(name));
    assertEquals(List.of(), Servers.names(name.getParent()));
  }

  @Test
  void aNameOutsideAsciiCountsInBytes() throws IOException {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "needs a UTF-8 locale");
    Path name = directory.resolve("Größe-\u65e5\u672c-\ud83d\ude00");
    try (SocketName bound = Servers.bind(name)) {
      Servers.connect(name);
    }
    assertEquals(List.of(last(name) + ".lock"), Servers.names(directory));
    Path tooLong = directory.resolve("ä".repeat((107 - bytes(directory)) / 2 + 1));
    assertThrows(
        InvalidEndpointException.class, () -> SocketName.checkPath(Servers.endpoint(tooLong)));
  }

  @Test
  void directoriesAreNoNames() {
    for (String address : List.of("", "/", ".", "..", "/run/..")) {
      Endpoint endpoint = Endpoint.of("unix:" + address);
      assertThrows(InvalidEndpointException.class, () -> SocketName.checkPath(endpoint), address);
    }
  }

  @Test
  void aRelativeNameIsRelativeToTheWorkingDirectory() throws Exception {
    try (Jvm other = Jvm.start(directory)) {
      assertEquals("ok 700", other.ask("bind orders"));
      Servers.connect(directory.resolve("orders"));
      assertEquals("ok", other.ask("close"));
      assertEquals(List.of("orders.lock"), Servers.names(directory));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 107})
  void whatAKilledStarterLeftIsRemovedByTheNext(int bytes) throws Exception {
    Path name =
        bytes == 107 ? longName(10, bytes) : Files.createDirectory(sub("d")).resolve("orders");
    Path neighbour = Directories.createPrivate(name.getParent(), "." + last(name) + "2.bind-");
    Path looksAlike = Files.createDirectory(sibling(name, "." + last(name) + ".bind-x"));
    Path link = Files.createSymbolicLink(sibling(name, "." + last(name) + ".bind-1"), neighbour);
    try (Jvm other = Jvm.start()) {
      other.tell("hang " + name);
      assertEquals("hangs", other.answer());
      assertEquals(bytes == 107, hasAlias(name));
      int before = Servers.names(name.getParent()).size();
      other.kill();
      Servers.bind(name).close();
      assertEquals(before - 1, Servers.names(name.getParent()).size());
    }
    assertFalse(hasAlias(name));
    assertTrue(Files.isDirectory(neighbour));
    assertTrue(Files.isDirectory(looksAlike));
    assertTrue(Files.isSymbolicLink(link));
  }

  private Path longName(int lastBytes, int bytes) throws IOException {
    int middle = bytes - bytes(directory) - 1 - lastBytes - 1;
    Path parent = Files.createDirectory(sub("d".repeat(middle)));
    Path name = parent.resolve("s".repeat(lastBytes));
    assertEquals(bytes, bytes(name));
    return name;
  }

  private Path sub(String last) {
    return directory.resolve(last);
  }

  private static Path sibling(Path name, String last) {
    return name.resolveSibling(last);
  }

  private static String last(Path name) {
    return name.getFileName().toString();
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean hasAlias(Path name) throws IOException {
    String real = name.getParent().toRealPath().resolve(name.getFileName()).toString();
    String prefix = "ipc-" + UUID.nameUUIDFromBytes(real.getBytes(StandardCharsets.UTF_8));
    return Servers.names(Path.of(System.getProperty("java.io.tmpdir"))).stream()
        .anyMatch(file -> file.startsWith(prefix));
  }
}
