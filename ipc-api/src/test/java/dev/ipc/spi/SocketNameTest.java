// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.EndpointInUseException;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketNameTest {
  @TempDir Path directory;
  Path name;

  @BeforeEach
  void choose() {
    name = directory.resolve("s");
  }

  @Test
  void bindsAndLeavesNothingButTheLock() throws IOException {
    try (SocketName bound = Servers.bind(name)) {
      Servers.connect(name);
      assertTrue(bound.isIntact());
      assertEquals(List.of("s", "s.lock"), Servers.names(directory));
      assertEquals(0600, Servers.permissions(name));
      assertThrows(EndpointInUseException.class, () -> Servers.bind(name));
    }
    assertEquals(List.of("s.lock"), Servers.names(directory));
  }

  @Test
  void closesItsServerOnceAndThenTheNameIsFree() throws IOException {
    ServerSocketChannel[] server = new ServerSocketChannel[1];
    SocketName bound = Servers.bind(name, path -> server[0] = Servers.listen(path));
    bound.close();
    assertFalse(server[0].isOpen());
    try (SocketName next = Servers.bind(name)) {
      bound.close();
      assertTrue(next.isIntact());
      Servers.connect(name);
    }
  }

  @Test
  void replacesAStaleSocket() throws IOException {
    Servers.leaveStale(name);
    try (SocketName bound = Servers.bind(name)) {
      Servers.connect(name);
    }
  }

  @Test
  void neverStealsFromAServerWithoutOurLock() throws IOException {
    try (ServerSocketChannel foreign = Servers.listen(name)) {
      assertThrows(EndpointInUseException.class, () -> Servers.bind(name));
      foreign.accept().close();
      Servers.connect(name);
    }
  }

  @Test
  void neverStealsFromAServerThatDoesNotAccept() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel foreign = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      foreign.bind(UnixDomainSocketAddress.of(name), 1);
      assertThrows(
          SocketException.class,
          () -> {
            while (true) {
              SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
              waiting.add(client);
              client.configureBlocking(false);
              client.connect(UnixDomainSocketAddress.of(name));
            }
          },
          "the backlog is full");
      assertThrows(EndpointInUseException.class, () -> Servers.bind(name));
      assertTrue(Files.exists(name));
    } finally {
      for (SocketChannel client : waiting) {
        client.close();
      }
    }
  }

  @Test
  void leavesWhatReplacedItsName() throws IOException {
    SocketName bound = Servers.bind(name);
    Files.delete(name);
    assertFalse(bound.isIntact());
    Files.writeString(name, "a user's file");
    bound.close();
    assertEquals("a user's file", Files.readString(name));
    Files.delete(name);

    bound = Servers.bind(name);
    Files.delete(name);
    try (ServerSocketChannel foreign = Servers.listen(name)) {
      bound.close();
      Servers.connect(name);
    }
  }

  @Test
  void closesAfterItsNameWasRemoved() throws IOException {
    SocketName bound = Servers.bind(name);
    Files.delete(name);
    bound.close();
    Servers.bind(name).close();
  }

  @Test
  void aFailedBindLeavesNothing() throws IOException {
    IOException cause = new IOException("no descriptors");
    UnusableEndpointException e =
        assertThrows(
            UnusableEndpointException.class,
            () ->
                Servers.bind(
                    name,
                    path -> {
                      Files.createFile(path.resolveSibling("half-done"));
                      throw cause;
                    }));
    assertEquals(cause, e.getCause());
    assertEquals(List.of("s.lock"), Servers.names(directory));
    Servers.bind(name).close();
  }

  @Test
  void aNameTakenMeanwhileIsNotReplaced() throws IOException {
    ServerSocketChannel[] server = new ServerSocketChannel[1];
    assertThrows(
        EndpointInUseException.class,
        () ->
            Servers.bind(
                name,
                path -> {
                  Files.writeString(name, "quicker");
                  server[0] = Servers.listen(path);
                  return server[0];
                }));
    assertFalse(server[0].isOpen());
    assertEquals("quicker", Files.readString(name));
    assertEquals(List.of("s", "s.lock"), Servers.names(directory));
  }

  @Test
  void interruptsDoNotMatter() throws IOException {
    Servers.leaveStale(name);
    Thread.currentThread().interrupt();
    SocketName bound = Servers.bind(name);
    assertTrue(Thread.interrupted());
    Servers.connect(name);
    Thread.currentThread().interrupt();
    bound.close();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("s.lock"), Servers.names(directory));
  }

  @Test
  void opensToOthersOnlyWhenAsked() throws IOException {
    SocketName.bind(
            Servers.endpoint(name),
            name,
            PosixFilePermissions.fromString("rw-rw-rw-"),
            path -> {
              assertEquals(0700, Servers.permissions(path.getParent()));
              return Servers.listen(path);
            })
        .close();
    try (SocketName bound =
        SocketName.bind(
            Servers.endpoint(name),
            name,
            PosixFilePermissions.fromString("rw-rw-rw-"),
            Servers::listen)) {
      assertEquals(0666, Servers.permissions(name));
    }
  }
}
