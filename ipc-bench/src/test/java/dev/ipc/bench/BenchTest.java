// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark with its processes, for a moment. */
@Tag("portable")
class BenchTest {
  private static final Timing SHORT = new Timing(Duration.ofMillis(100), Duration.ofMillis(100), 1);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path root;

  @Test
  void contendersAreMeasuredThroughProcesses() throws IOException {
    int status = bench("--systems=unix,jdk-fifo", "--window=50", "--warm-up=60", "--seconds=20");
    Path directory = root.resolve("target").resolve("bench");
    JsonNode json = new ObjectMapper().readTree(directory.resolve("results.json").toFile());
    boolean missed = json.get("targets").findValuesAsText("verdict").contains("MISSED");
    assertEquals(missed ? 1 : 0, status, this::output);
    assertEquals(2, json.get("questions").size(), this::output);
    for (JsonNode question : json.get("questions")) {
      boolean trips = question.get("measure").asText().equals("ROUND_TRIP");
      assertTrue(question.get("samples").size() >= 2, this::output);
      for (JsonNode sample : question.get("samples")) {
        assertTrue(sample.get(trips ? "p50" : "messages/s").asDouble() > 1, sample::toString);
      }
    }
    assertEquals(Targets.all().size(), json.get("targets").size());
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    assertTrue(ProcessHandle.current().descendants().noneMatch(BenchTest::isChild));
  }

  @Test
  void aContenderThatCountsWrongIsLeftOut() throws Exception {
    Entry wrong = entry(BrokenProvider.WRONG_COUNT);
    try (Workshop workshop = new Workshop(new Cores(List.of()));
        Session session = session(workshop)) {
      session.add(wrong, System.nanoTime());
      assertTrue(session.systems().isEmpty());
      assertTrue(
          session.notes().get(0).contains("the count is wrong, sent="), session.notes()::toString);
    }
  }

  @Test
  void aContenderWhoseServerStopsIsLeftOut() throws Exception {
    try (Workshop workshop = new Workshop(new Cores(List.of()));
        Session session = session(workshop)) {
      session.add(entry(BrokenProvider.STOPPED), System.nanoTime());
      assertTrue(session.systems().isEmpty());
      assertTrue(session.notes().get(0).contains(BrokenProvider.REASON), session.notes()::toString);
    }
  }

  @Test
  void nothingToMeasureIsWrongUsage() {
    assertEquals(2, bench("--systems", "absent"));
    assertEquals(2, bench("--quick", "--full"));
    assertEquals(2, bench("--sizes", "2"));
  }

  @Test
  void peersThatWereNotBuiltAreNamed() throws IOException {
    Path peer = Files.createDirectories(root.resolve("ipc-bench-peers").resolve("absent"));
    Files.createFile(peer.resolve("pom.xml"));
    assertEquals(0, bench("--list"));
    assertTrue(output().contains("peer absent could not be built or resolved"), this::output);
    assertTrue(output().contains("jdk-unix-poll"), this::output);
  }

  private static Session session(Workshop workshop) {
    Results results = new Results(new Question(Measure.ONE_WAY, 32));
    return new Session(workshop, Optional.empty(), SHORT, results);
  }

  private static Entry entry(String name) {
    return Catalog.own().find(name).orElseThrow();
  }

  private int bench(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "--root";
    all[1] = root.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Bench.execute(new PrintStream(out, true, StandardCharsets.UTF_8), toErr, all);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static boolean isChild(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains(ChildMain.class.getName());
  }
}
