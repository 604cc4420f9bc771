// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed when they have made FIFOs and not yet removed their names: the next
 * start removes them. And processes that cannot make any.
 */
@Timeout(120)
class KilledStartTest {
  @TempDir Path directory;

  private Path made;
  private Path programs;
  private Endpoint name;

  /** A {@code mkfifo} that says when it has made what it was asked for, and never ends. */
  @BeforeEach
  void preparePlaces() throws IOException {
    for (String place : List.of("run", "names", "programs", "nothing")) {
      Path path = directory.resolve(place);
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    made = directory.resolve("made");
    programs = directory.resolve("programs");
    name = Endpoint.of("fifo", directory.resolve("names/f").toString(), Map.of());
    Path script = programs.resolve("mkfifo");
    Files.writeString(
        script,
        String.format(
            "#!/bin/sh%nPATH='%s'%nmkfifo \"$@\" && echo $$ >'%s.new' && mv '%s.new' '%s'%n"
                + "exec sleep 1000%n",
            System.getenv("PATH"), made, made, made));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private Peer start(String path, String... arguments) throws IOException {
    String run = directory.resolve("run").toString();
    return new Peer(Map.of("PATH", path, "XDG_RUNTIME_DIR", run), arguments);
  }

  /** The place of a listener that is not looked at. */
  private Endpoint elsewhere() {
    return Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
  }

  /** What stands in the places, lock files left out, which must be empty. */
  private List<Path> left() throws IOException {
    try (Stream<Path> names = Files.walk(directory.resolve("names"));
        Stream<Path> run = Files.walk(directory.resolve("run"))) {
      List<Path> files =
          Stream.concat(names, run).filter(file -> !Files.isDirectory(file)).toList();
      for (Path file : files) {
        assertTrue(!isLock(file) || Files.size(file) == 0, "not empty: " + file);
      }
      return files.stream().filter(file -> !isLock(file)).toList();
    }
  }

  private static boolean isLock(Path file) {
    return file.toString().endsWith(".lock");
  }

  private void assertTheNextStartRemovesWhatAKilledOneLeft(String verb, Endpoint endpoint)
      throws Exception {
    try (Peer killed = start(programs.toString(), verb, endpoint.toString())) {
      Programs.await("the FIFOs to be made", () -> Files.exists(made));
      killed.kill();
    }
    long mkfifo = Long.parseLong(Files.readString(made).strip());
    ProcessHandle.of(mkfifo).ifPresent(ProcessHandle::destroyForcibly);
    assertNotEquals(List.of(), left());
    try (Peer next = start(System.getenv("PATH"), verb, endpoint.toString())) {
      assertEquals(EndpointMain.DONE, next.says());
      next.end();
    }
    assertEquals(List.of(), left());
  }

  @Test
  void aClientThatIsKilledWithItsPair() throws Exception {
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(elsewhere())) {
      assertTheNextStartRemovesWhatAKilledOneLeft("connect", listener.endpoint());
    }
  }

  @Test
  void aServerThatIsKilledWithItsName() throws Exception {
    assertTheNextStartRemovesWhatAKilledOneLeft("listen", name);
  }

  @Test
  void aParentThatIsKilledWithTheStreamsOfItsChild() throws Exception {
    assertTheNextStartRemovesWhatAKilledOneLeft("connect", Endpoint.of("exec:cat?framing=line"));
  }

  @Test
  void whoHasNoMkfifoIsToldThePackage() throws Exception {
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(elsewhere());
        Peer peer =
            start(
                directory.resolve("nothing").toString(),
                "listen",
                name.toString(),
                "connect",
                listener.endpoint().toString(),
                "connect",
                "exec:/bin/cat?framing=line")) {
      for (String attempt : List.of("listen", "fifo", "exec")) {
        String said = peer.says();
        assertTrue(said.startsWith("UnusableEndpointException: "), attempt + ": " + said);
        assertTrue(said.contains("mkfifo") && said.contains("package coreutils"), said);
      }
      peer.end();
    }
    assertEquals(List.of(), left());
  }
}
