// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.RefusedException;
import dev.ipc.UnusableEndpointException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that run as another user, which only root can arrange. */
@Timeout(60)
class StrangerTest {
  /** One in the home directory of root would not do. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final String STRANGER = "65534";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Path script;

  @BeforeEach
  void strangersAreOnlyForRoot() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), "needs a python3 that everybody may run");
    assumeTrue(Program.isOnPath("setpriv"), "needs setpriv");
    assumeTrue(Files.getOwner(Path.of("/proc/self")).getName().equals("root"), "needs root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    script = Files.copy(Program.resource("peer.py"), directory.resolve("peer.py"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("r--r--r--"));
  }

  private Program stranger(String... arguments) throws Exception {
    List<String> command =
        List.of(
            "setpriv",
            "--reuid=" + STRANGER,
            "--regid=" + STRANGER,
            "--clear-groups",
            PYTHON,
            script.toString());
    return Program.start(Program.command(command, arguments));
  }

  private Endpoint endpoint(String io) {
    return new Place("unix", io).of(directory.resolve("s").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void theSocketIsTheOwnersAlone(String io) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(endpoint(io));
        Program client = stranger("connect", Place.plain(listener.endpoint()), "hello")) {
      List<String> lines = client.rest();
      assertTrue(lines.get(lines.size() - 1).startsWith("PermissionError"), lines::toString);
      assertTrue(listener.accept(Duration.ZERO).isEmpty());
      assertEquals("rw-------", permissions());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void allowingOneUserIsNotAllowingAnother(String io) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(endpoint(io).with("allow", "65533"));
        Program client = stranger("connect", Place.plain(listener.endpoint()), "hello")) {
      assertEquals("rw-rw-rw-", permissions());
      String refused = client.line("refused");
      assertTrue(refused.startsWith(", code=2, text=the peer's user is not accepted"), refused);
      assertTrue(listener.accept(Duration.ZERO).isEmpty(), "the stranger was accepted");
      try (Channel own = context.connect(listener.endpoint())) {
        assertTrue(listener.accept(PATIENCE).isPresent(), "root is the owner");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio/65534", "epoll/65534", "nio/1,65534", "nio/*", "epoll/*"})
  void anAllowedUserIsServed(String row) throws Exception {
    String io = row.substring(0, row.indexOf('/'));
    String users = row.substring(row.indexOf('/') + 1);
    try (IpcContext context = Place.context();
        Listener listener = context.listen(endpoint(io).with("allow", users));
        Program client = stranger("connect", Place.plain(listener.endpoint()), "hello")) {
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      assertEquals(
          Files.getFileAttributeView(script, java.nio.file.attribute.PosixFileAttributeView.class)
              .getOwner()
              .getClass(),
          channel.peer().user().orElseThrow().getClass());
      assertTrue(channel.peer().user().orElseThrow().getName().matches("nobody|65534"));
      channel.onMessage(channel::trySend);
      assertEquals("hello", client.line("echo"));
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(channel).reason());
      client.succeeds();
    }
  }

  /** Plain framings have no REFUSE: the stranger sees the end, nobody sees the stranger. */
  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void plainFramingsCheckTheUserToo(String io) throws Exception {
    Endpoint lines = endpoint(io).with("allow", "65533").with("framing", "line");
    String[] code = {
      "-c",
      "import socket,sys\n"
          + "s=socket.socket(socket.AF_UNIX)\n"
          + "s.connect(sys.argv[1])\n"
          + "try:\n"
          + "  s.sendall(b'hello\\n')\n"
          + "  print('read', s.recv(10))\n"
          + "except OSError as e:\n"
          + "  print('read', b'')\n",
      lines.address()
    };
    try (IpcContext context = Place.context();
        Listener listener = context.listen(lines);
        Program client =
            Program.start(
                Program.command(
                    List.of("setpriv", "--reuid=" + STRANGER, "--clear-groups", PYTHON), code))) {
      assertEquals("b''", client.line("read"));
      assertTrue(listener.accept(Duration.ZERO).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void aClientAsksWhoServes(String io) throws Exception {
    Path own = Files.createDirectory(directory.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (IpcContext context = Place.context();
        Program server = stranger("listen", "unix:" + own.resolve("s"))) {
      server.line("ready");
      Endpoint endpoint = endpoint(io).withAddress(own.resolve("s").toString());
      try (Channel channel = context.connect(endpoint.with("require", "1," + STRANGER))) {
        assertTrue(channel.peer().user().orElseThrow().getName().matches("nobody|65534"));
      }
      server.succeeds();
    }
  }

  /** A client says nothing, least of all its token, to a server of the wrong user. */
  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void theWrongServerHearsNothing(String io) throws Exception {
    Endpoint endpoint = endpoint(io).with("require", STRANGER);
    try (IpcContext context = Place.context();
        ServerSocketChannel server = Raw.listen(endpoint)) {
      RefusedException e = assertThrows(RefusedException.class, () -> context.connect(endpoint));
      assertTrue(e.getMessage().contains("user=root,"), e.getMessage());
      assertTrue(e.getMessage().contains("require="), e.getMessage());
      try (Raw client = Raw.accept(server)) {
        assertEquals(0, client.rest().length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void aJavaClientThatMayNotConnectIsTold(String io) throws Exception {
    isTold(io, ConnectMain.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void itIsToldOnSystemsThatSpeakOtherLanguages(String io) throws Exception {
    isTold(io, ForeignWords.class);
  }

  private void isTold(String io, Class<?> main) throws Exception {
    String[] java = {
      Program.javaCommand(List.of(), main).get(0),
      "-XX:-UsePerfData",
      "-XX:TieredStopAtLevel=1",
      "-Xmx64m",
      "-cp",
      readableClassPath(),
      main.getName(),
      Place.plain(endpoint(io)) + "?io=" + io
    };
    try (IpcContext context = Place.context();
        Listener listener = context.listen(endpoint(io));
        Program client =
            Program.start(
                Program.command(
                    List.of("setpriv", "--reuid=" + STRANGER, "--clear-groups"), java))) {
      String error = client.line(UnusableEndpointException.class.getSimpleName());
      assertTrue(error.contains("may not be connected to by this user"), error);
    }
  }

  /** The jars may lie in a home directory. */
  private String readableClassPath() throws Exception {
    Path copies = Files.createDirectory(directory.resolve("classes"));
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path copy = copies.resolve("" + entries.size());
      try (Program cp = Program.start(List.of("cp", "-rL", entry, copy.toString()))) {
        cp.succeeds();
      }
      entries.add(copy.toString());
    }
    try (Program chmod = Program.start(List.of("chmod", "-R", "a+rX", copies.toString()))) {
      chmod.succeeds();
    }
    return String.join(":", entries);
  }

  private String permissions() throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("s")));
  }
}
