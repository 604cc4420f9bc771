// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Ipc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo itself, with its processes, on small files. */
class DemoTest {
  private static final int LARGER_THAN_ANY_MESSAGE = 17 << 20;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory;

  @Test
  void everyTransportCarriesTheFilesBothWays() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    Path named = Files.writeString(directory.resolve("ein Näme, 名前.txt"), "text");
    Path large = directory.resolve("large");
    byte[] bytes = new byte[LARGER_THAN_ANY_MESSAGE];
    new Random(17).nextBytes(bytes);
    Files.write(large, bytes);

    assertEquals(0, demo(empty.toString(), named.toString(), large.toString()), this::output);

    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    for (String scheme : Ipc.schemes()) {
      String row = row(lines, scheme + ":");
      assertTrue(
          row.contains("needs ") || (row.contains("both ways") && row.endsWith("PEER_CLOSED")),
          this::output);
    }
    row(lines, "JDK SocketChannel, blocking");
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    noChildIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inproc", "unix", "tcp", "exec"})
  void theServerNoticesAWrongByte(String scheme) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "text");
    assertEquals(1, demo("--only", scheme, "--corrupt", file.toString()), this::output);
    String message = err.toString(StandardCharsets.UTF_8);
    String expected =
        "demo: " + scheme + ": the server received different content, file=" + file + ", ";
    assertTrue(message.startsWith(expected), message);
    assertEquals(1, message.lines().count(), message);
    noChildIsLeft();
  }

  @Test
  void wrongInputIsNamed() {
    Path missing = directory.resolve("missing");
    assertEquals(2, demo(missing.toString()), this::output);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("no such file, file=" + missing));
    assertEquals(2, demo(directory.toString()), this::output);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("this is a directory"));
    assertEquals(2, demo("--only", "pigeon"), this::output);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("only=[pigeon], installed=["));
  }

  @Test
  void theWorkshopLeavesNothing() throws IOException {
    Path place;
    try (Workshop workshop = new Workshop(Cores.find())) {
      place = workshop.directory();
      Files.createDirectories(place.resolve("a/b"));
      Files.createFile(place.resolve("a/b/name.lock"));
    }
    assertFalse(Files.exists(place));
  }

  @Test
  void listsOfProcessorsAreRead() {
    assertEquals(List.of(0, 1, 2, 3, 8), Cores.list("0-3,8"));
    assertEquals(List.of(5), Cores.list("5"));
  }

  private int demo(String... arguments) {
    String[] all =
        Stream.concat(Stream.of("--seconds", "0.1"), Arrays.stream(arguments))
            .toArray(String[]::new);
    return Demo.execute(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        all);
  }

  private String row(List<String> lines, String name) {
    return lines.stream().filter(line -> line.startsWith(name)).findFirst().orElseGet(this::output);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static void noChildIsLeft() {
    assertEquals(0, ProcessHandle.current().children().filter(ProcessHandle::isAlive).count());
  }
}
