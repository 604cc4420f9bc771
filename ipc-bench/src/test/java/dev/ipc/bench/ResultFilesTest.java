// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("portable")
class ResultFilesTest {
  private final Results results = new Results(new Question(Measure.ONE_WAY, 1024));

  @TempDir private Path directory;

  @Test
  void figuresAndSamplesAreWrittenWithAChart() throws IOException {
    add("fast", 1, 30e6, 0);
    add("fast", 2, 10e6, 0);
    add("slow", 1, 200, 0);
    add("slow", 2, 1, 1);
    write();
    JsonNode question = json().get("questions").get(0);
    assertEquals(20e6, question.get("systems").get("fast").get("messages/s").asDouble());
    assertEquals(200, question.get("systems").get("slow").get("messages/s").asDouble());
    assertEquals(4, question.get("samples").size());
    assertTrue(question.get("samples").get(3).get("disturbed").asBoolean());
    assertTrue(Files.size(directory.resolve("one-way-1-kib.png")) > 0);
  }

  @Test
  void withoutAnUndisturbedSampleThereIsNoChart() throws IOException {
    add("slow", 1, 1, 1);
    write();
    assertTrue(Files.notExists(directory.resolve("one-way-1-kib.png")));
  }

  @Test
  void targetsAreWrittenWithTheirVerdicts() throws IOException {
    write();
    JsonNode targets = json().get("targets");
    assertEquals(Targets.all().size(), targets.size());
    assertEquals("not measured", targets.get(0).get("verdict").asText());
  }

  private void add(String system, int round, double rate, double foreign) {
    Figures figures = Figures.of(Map.of(Metric.RATE, rate));
    results.add(new Sample(system, round, figures, new Disturbance(foreign, 1, 140, 140)));
  }

  private void write() throws IOException {
    Timing timing = new Timing(Duration.ofSeconds(1), Duration.ZERO, 3);
    List<Target.Outcome> outcomes =
        Targets.all().stream().map(target -> target.outcome(List.of(results), timing)).toList();
    Machine machine = Machine.here(new Cores(List.of()));
    new ResultFiles(directory, machine).write(List.of(results), outcomes);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(directory.resolve("results.json").toFile());
  }
}
