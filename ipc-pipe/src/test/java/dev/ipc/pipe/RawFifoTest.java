// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcContext;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** FIFOs that shells read and write. */
@Timeout(60)
class RawFifoTest {
  @TempDir Path directory;
  private final IpcContext context = IpcContext.create();
  private Path fifo;

  @BeforeEach
  void make() throws Exception {
    fifo = directory.resolve("f");
    Mkfifo.make(fifo);
  }

  @AfterEach
  void close() {
    context.close();
    assertTrue(Files.exists(fifo), "it was not ours to remove");
  }

  private Endpoint endpoint(String role) {
    return Endpoint.of("fifo", fifo.toString(), Map.of("framing", "line", "role", role));
  }

  private static Process shell(String script) throws Exception {
    return new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
  }

  @Test
  void writersComeAndGo() throws Exception {
    Channel reader = context.connect(endpoint("reader"));
    for (int i = 0; i < 5; i++) {
      assertEquals(0, shell("echo hello " + i + " > " + fifo).waitFor());
      List<String> lines = new ArrayList<>();
      ReceiveResult result =
          reader.receive(line -> lines.add(Programs.text(line)), Programs.PATIENCE);
      assertEquals(ReceiveResult.RECEIVED, result);
      assertEquals(List.of("hello " + i), lines);
    }
    assertEquals(SendResult.CLOSED, reader.trySend(Programs.text("no")));
    reader.close();
    assertEquals(CloseReason.LOCAL, Programs.report(reader).reason());
  }

  @Test
  void aReaderGetsEverythingUntilTheClose() throws Exception {
    Process wc = shell("wc -l < " + fifo);
    try (Channel writer = context.connect(endpoint("writer"))) {
      for (int i = 0; i < 20_000; i++) {
        writer.send(Programs.text("line " + i));
      }
    }
    assertEquals("20000", new String(wc.getInputStream().readAllBytes(), UTF_8).strip());
  }

  @Test
  void theEndOfTheReaderIsTheEndOfTheWriter() throws Exception {
    Process head = shell("head -1 < " + fifo);
    Channel writer = context.connect(endpoint("writer"));
    assertThrows(
        ClosedException.class,
        () -> {
          while (true) {
            writer.send(Programs.text("again"));
          }
        });
    assertEquals(CloseReason.PEER_CLOSED, Programs.report(writer).reason());
    assertEquals(0, head.waitFor());
  }

  @Test
  void aWriterWaitsForAReaderAsLongAsItWasTold() throws Exception {
    long start = System.nanoTime();
    Endpoint hurried = endpoint("writer").with("connectTimeout", "200ms");
    assertThrows(EndpointAbsentException.class, () -> context.connect(hurried));
    assertTrue(Programs.since(start).toMillis() >= 200, "early");
    assertTrue(Programs.since(start).toSeconds() < 5, "late");
  }

  @Test
  void rolesAndFramingsGoTogether() {
    for (String options :
        List.of("role=reader", "framing=line", "framing=line&role=both", "role=")) {
      Endpoint endpoint = Endpoint.of("fifo:" + fifo + "?" + options);
      assertThrows(InvalidEndpointException.class, () -> context.connect(endpoint), options);
    }
  }
}
