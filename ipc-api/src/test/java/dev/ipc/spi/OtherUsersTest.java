// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users: who they are, what they may, and that the umask has no say. */
@Timeout(60)
class OtherUsersTest {
  /** Has no entry in the user database. */
  private static final int STRANGER = 54321;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"0", "022", "077", "0277", "0777"})
  void theUmaskDoesNotMatter(String umask) throws Exception {
    Path name = directory.resolve("s");
    try (Jvm other = Jvm.start("sh", "-c", "umask " + umask + "; exec \"$0\" \"$@\"")) {
      assertEquals("ok 700", other.ask("bind " + name));
      assertEquals(0600, Servers.permissions(name));
      assertEquals(0600, Servers.permissions(directory.resolve("s.lock")));
      assertTrue(FileFacts.of(name).orElseThrow().isOurs());
      assertEquals("ok", other.ask("close"));
      assertEquals("ok 700", other.ask("bind " + name));
    }
  }

  @Test
  void aStrangerGetsNeitherSocketNorLock() throws Exception {
    assumeCanBeOthers();
    Files.setAttribute(directory, "unix:mode", 01777);
    Path name = directory.resolve("s");
    try (Jvm stranger = Jvm.startAs(65534);
        SocketName bound = Servers.bind(name)) {
      assertStartsWith("BindException", "SocketException", stranger.ask("connect " + name));
      assertStartsWith("UnusableEndpointException", null, stranger.ask("lock " + name));
      assertStartsWith("UnusableEndpointException", null, stranger.ask("bind " + name));
      assertTrue(bound.isIntact());
      Servers.connect(name);
      bound.close();
      assertStartsWith("UnusableEndpointException", null, stranger.ask("bind " + name));
      assertEquals("ok 700", stranger.ask("bind " + directory.resolve("own")));
    }
  }

  @Test
  void principalsOfOneUserAreEqualWhereverTheyComeFrom() throws Exception {
    Path name = directory.resolve("s");
    try (ServerSocketChannel server = Servers.listen(name)) {
      Servers.connect(name);
      assertSameUser(Users.self(), peer(server));
      assertSameUser(Users.self(), Files.getOwner(name));
    }
    assertSameUser(Users.root(), Users.lookup("root").orElseThrow());
    assertSameUser(Users.lookup("54321").orElseThrow(), Users.lookup("54321").orElseThrow());
    assertNotEquals(Users.lookup("54321"), Users.lookup("54322"));
  }

  @Test
  void aUserOutsideTheUserDatabaseIsRecognised() throws Exception {
    assumeCanBeOthers();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path name = directory.resolve("s");
    Endpoint endpoint = Servers.endpoint(name).with("allow", "" + STRANGER);
    PeerCheck check = PeerCheck.ofClients(endpoint);
    ServerSocketChannel[] server = new ServerSocketChannel[1];
    try (Jvm stranger = Jvm.startAs(STRANGER);
        SocketName bound =
            SocketName.bind(
                endpoint,
                name,
                check.socketPermissions(),
                path -> server[0] = Servers.listen(path))) {
      assertEquals(0666, Servers.permissions(name));
      assertEquals("ok", stranger.ask("connect " + name));
      UserPrincipal peer = peer(server[0]);
      assertSameUser(Users.lookup("" + STRANGER).orElseThrow(), peer);
      assertEquals(Optional.empty(), check.refusal(Optional.of(peer)));
      String refusal =
          PeerCheck.ofClients(Servers.endpoint(name)).refusal(Optional.of(peer)).orElseThrow();
      assertTrue(refusal.contains("user=54321, accepted=" + Users.self().getName()), refusal);
    }
  }

  @Test
  void byDefaultOurUserMayConnectAndAnyServerWillDo() throws IOException {
    PeerCheck clients = PeerCheck.ofClients(Endpoint.of("unix:/x"));
    assertTrue(clients.refusal(Optional.of(Users.self())).isEmpty());
    assertTrue(clients.refusal(Optional.empty()).isPresent());
    assertEquals("rw-------", PosixFilePermissions.toString(clients.socketPermissions()));
    PeerCheck server = PeerCheck.ofServer(Endpoint.of("unix:/x"));
    assertTrue(server.refusal(Optional.empty()).isEmpty());
  }

  @Test
  void optionsNameUsers() {
    UserPrincipal other = Users.lookup("54322").orElseThrow();
    PeerCheck two = PeerCheck.ofClients(Endpoint.of("unix:/x?allow=root,54322"));
    assertTrue(two.refusal(Optional.of(other)).isEmpty());
    assertTrue(two.refusal(Optional.of(Users.self())).isEmpty(), "our own user always");
    assertFalse(two.refusal(Users.lookup("54323")).isEmpty());
    PeerCheck anyone = PeerCheck.ofClients(Endpoint.of("unix:/x?allow=*"));
    assertTrue(anyone.refusal(Optional.empty()).isEmpty());
    assertEquals("rw-rw-rw-", PosixFilePermissions.toString(anyone.socketPermissions()));
    PeerCheck server = PeerCheck.ofServer(Endpoint.of("unix:/x?require=54322"));
    assertTrue(server.refusal(Optional.of(other)).isEmpty());
    assertFalse(server.refusal(Users.lookup("54323")).isEmpty());
  }

  @Test
  void whatNamesNobodyIsRefused() {
    for (String value : List.of("", ",", "a,,b", "-1", "+5", "007", " x", "*,root")) {
      Endpoint endpoint = Endpoint.of("unix:/x").with("allow", value);
      assertThrows(InvalidEndpointException.class, () -> PeerCheck.checkOptions(endpoint), value);
      assertThrows(InvalidEndpointException.class, () -> PeerCheck.ofClients(endpoint), value);
    }
    Endpoint unknown = Endpoint.of("unix:/x?require=no-such-user-here");
    PeerCheck.checkOptions(unknown);
    assertThrows(InvalidEndpointException.class, () -> PeerCheck.ofServer(unknown));
  }

  private static UserPrincipal peer(ServerSocketChannel server) throws IOException {
    try (SocketChannel accepted = server.accept()) {
      return accepted.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    }
  }

  private static void assertSameUser(UserPrincipal one, UserPrincipal other) {
    assertEquals(one, other);
    assertEquals(other, one);
    assertEquals(one.hashCode(), other.hashCode());
  }

  private static void assertStartsWith(String one, String other, String text) {
    assertTrue(text.startsWith(one) || (other != null && text.startsWith(other)), text);
  }

  private static void assumeCanBeOthers() {
    assumeTrue(Users.self().equals(Users.root()), "needs root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
  }
}
