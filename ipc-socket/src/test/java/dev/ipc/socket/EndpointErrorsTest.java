// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.UnusableEndpointException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that are wrong, and places that are taken by something else. */
@Timeout(60)
class EndpointErrorsTest {
  @TempDir Path directory;

  /** DIR is the directory of the test; what the message must say stands behind the arrow. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix -> endpoint=unix",
        "unix: -> address is empty",
        "UNIX:DIR/s -> scheme=UNIX",
        "unix:DIR/a%00b -> NUL",
        "unix:/ -> directory",
        "unix:DIR/. -> directory",
        "unix:DIR/.. -> directory",
        "unix:LONG -> bytes=108",
        "unix:LONG -> limit=107",
        "unix:DIR/% -> DIR/%",
        "unix:DIR/%4 -> DIR/%4",
        "unix:DIR/%zz -> DIR/%zz",
        "unix:DIR/%+1 -> DIR/%+1",
        "unix:DIR/%ff -> DIR/%ff",
        "unix:DIR/s? -> option=,",
        "unix:DIR/s?colour -> option=colour",
        "unix:DIR/s?=red -> option==red",
        "unix:DIR/s?co%20lour=red -> key=co lour",
        "unix:DIR/s?colour=red -> key=colour",
        "unix:DIR/s?colour=red -> known=[allow, ",
        "unix:DIR/s?colour=red -> maxMessage",
        "unix:DIR/s?token=secret -> key=token",
        "unix:DIR/s?io=nio&io=epoll -> key=io",
        "unix:DIR/s?io=xyz -> io=xyz",
        "unix:DIR/s?io= -> io=,",
        "unix:DIR/s?framing=xyz -> framing=xyz",
        "unix:DIR/s?framing= -> framing=",
        "unix:DIR/s?framing=U32BE -> framing=U32BE",
        "unix:DIR/s?maxMessage=0 -> maxMessage=0",
        "unix:DIR/s?maxMessage=-1 -> maxMessage=-1",
        "unix:DIR/s?maxMessage=1g -> maxMessage=1g",
        "unix:DIR/s?maxMessage=9999999999m -> maxMessage=9999999999m",
        "unix:DIR/s?sendBuffer=1 -> sendBuffer=1",
        "unix:DIR/s?receiveBuffer=x -> receiveBuffer=x",
        "unix:DIR/s?connectTimeout=5 -> connectTimeout=5",
        "unix:DIR/s?handshakeTimeout=0 -> handshakeTimeout=0",
        "unix:DIR/s?frameTimeout=0ms -> frameTimeout=0ms",
        "unix:DIR/s?closeTimeout=-1s -> closeTimeout=-1s",
        "unix:DIR/s?sendTimeout=999999999m -> sendTimeout=999999999m",
        "unix:DIR/s?wait=never -> wait=never",
        "unix:DIR/s?copy=yes -> copy=yes",
        "unix:DIR/s?allow= -> allow=;",
        "unix:DIR/s?allow=root,,x -> allow=root,,x",
        "unix:DIR/s?require=-1 -> require=-1",
        "tcp: -> address=",
        "tcp:localhost -> address=localhost,",
        "tcp:localhost: -> address=localhost:",
        "tcp:localhost:port -> address=localhost:port",
        "tcp:localhost:-1 -> address=localhost:-1",
        "tcp:localhost:80x -> address=localhost:80x",
        "tcp:localhost:65536 -> port=65536",
        "tcp:localhost:65536 -> largest=65535",
        "tcp:localhost:99999 -> port=99999",
        "tcp:localhost:123456 -> address=localhost:123456",
        "tcp::80 -> address=:80",
        "tcp:a:b:80 -> address=a:b:80",
        "tcp:::1:80 -> address=::1:80",
        "tcp:[::1:80 -> address=[::1:80",
        "tcp:[]:80 -> address=[]:80",
        "tcp:[::1]80 -> address=[::1]80",
        "tcp:host/x:80 -> address=host/x:80",
        "tcp://localhost:80 -> address=//localhost:80",
        "tcp:127.0.0.1:0?allow=root -> key=allow",
        "tcp:127.0.0.1:0?require=root -> key=require",
        "tcp:127.0.0.1:0?io=uring -> io=uring",
        "tcp:127.0.0.1:0?framing=json -> framing=json"
      })
  void wrongEndpoints(String row) throws Exception {
    String text = filled(row.substring(0, row.indexOf(" -> ")));
    String expected = filled(row.substring(row.indexOf(" -> ") + 4));
    try (IpcContext context = Place.context()) {
      InvalidEndpointException e =
          assertThrows(InvalidEndpointException.class, () -> context.listen(Endpoint.of(text)));
      assertTrue(e.getMessage().contains(expected), e.getMessage());
      assertThrows(InvalidEndpointException.class, () -> context.connect(Endpoint.of(text)));
      assertThrows(InvalidEndpointException.class, () -> context.capabilities(Endpoint.of(text)));
    }
    assertEquals(List.of(), names());
  }

  private String filled(String text) {
    String start = directory + "/";
    String name = start + "x".repeat(Math.max(0, 108 - start.length()));
    return text.replace("DIR", directory.toString()).replace("LONG", name);
  }

  @Test
  void usersThatDoNotExist() throws Exception {
    try (IpcContext context = Place.context()) {
      Endpoint plain = Endpoint.of("unix:" + directory + "/s");
      IpcException listening =
          assertThrows(
              InvalidEndpointException.class,
              () -> context.listen(plain.with("allow", "no-such-user-here")));
      assertTrue(listening.getMessage().contains("allow=no-such-user-here"));
      assertThrows(
          InvalidEndpointException.class,
          () -> context.connect(plain.with("require", "no-such-user-here")));
    }
    assertEquals(List.of(), names());
  }

  /** Port 0 is a free one to a listener, and nothing to a client. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "localhost:00000", "[::1]:0"})
  void clientsNeedAPort(String address) throws Exception {
    try (IpcContext context = Place.context()) {
      for (String io : List.of("nio", "epoll")) {
        Endpoint endpoint = new Place("tcp", io).of(address).with("connectTimeout", "0");
        InvalidEndpointException e =
            assertThrows(InvalidEndpointException.class, () -> context.connect(endpoint));
        assertTrue(e.getMessage().contains("port 0"), e.getMessage());
        assertTrue(e.getMessage().contains("endpoint=" + endpoint), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"nio", "epoll"})
  void nobodyThere(String io) throws Exception {
    try (IpcContext context = Place.context()) {
      Endpoint absent = new Place("unix", io).of(directory + "/s").with("connectTimeout", "0");
      assertThrows(EndpointAbsentException.class, () -> context.connect(absent));
      assertThrows(
          EndpointAbsentException.class,
          () -> context.connect(absent.withAddress(directory + "/none/s")));
      assertThrows(
          UnusableEndpointException.class,
          () -> context.listen(absent.withAddress(directory + "/none/s")));
    }
    assertEquals(List.of(), names());
  }

  /** What may stand where a socket should. */
  enum Occupant {
    DIRECTORY,
    FULL_DIRECTORY,
    FILE,
    FIFO,
    LINK_TO_FILE,
    LINK_TO_NOTHING,
    LINK_TO_DIRECTORY;

    void create(Path place, Path other) throws Exception {
      switch (this) {
        case DIRECTORY -> Files.createDirectory(place);
        case FULL_DIRECTORY -> Files.writeString(Files.createDirectory(place).resolve("f"), "kept");
        case FILE -> Files.writeString(place, "kept");
        case FIFO -> {
          assumeTrue(Program.isOnPath("mkfifo"), "needs mkfifo");
          assertEquals(0, new ProcessBuilder("mkfifo", place.toString()).start().waitFor());
        }
        case LINK_TO_FILE -> Files.createSymbolicLink(place, Files.writeString(other, "kept"));
        case LINK_TO_NOTHING -> Files.createSymbolicLink(place, other);
        default -> Files.createSymbolicLink(place, Files.createDirectory(other));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePlaceIsTaken(Occupant occupant) throws Exception {
    Path place = directory.resolve("s");
    Path other = directory.resolve("other");
    occupant.create(place, other);
    List<String> before = facts(place, other);
    try (IpcContext context = Place.context()) {
      for (String io : List.of("nio", "epoll")) {
        Endpoint endpoint =
            new Place("unix", io).of(place.toString()).with("connectTimeout", "200ms");
        for (IpcException e :
            List.of(
                assertThrows(UnusableEndpointException.class, () -> context.listen(endpoint)),
                assertThrows(UnusableEndpointException.class, () -> context.connect(endpoint)))) {
          assertTrue(e.getMessage().contains(place.toString()), e.getMessage());
        }
        assertEquals(before, facts(place, other));
      }
    }
    assertTrue(List.of("s", "other", "s.lock").containsAll(names()), () -> "left: " + names());
  }

  private static List<String> facts(Path... paths) throws Exception {
    return Stream.of(paths).map(EndpointErrorsTest::fact).toList();
  }

  private static String fact(Path path) {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return "absent";
      }
      BasicFileAttributes facts =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      FileTime modified = facts.lastModifiedTime();
      String content = facts.isRegularFile() ? Files.readString(path) : "";
      return facts.fileKey() + " " + facts.size() + " " + modified + " " + content;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return new java.util.ArrayList<>(files.map(f -> f.getFileName().toString()).toList());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
