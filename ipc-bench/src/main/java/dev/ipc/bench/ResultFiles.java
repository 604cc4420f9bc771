// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes all samples and verdicts as JSON, and a chart for each question. */
record ResultFiles(Path directory, Machine machine) {
  void write(List<Results> all, List<Target.Outcome> outcomes) throws IOException {
    Files.createDirectories(directory);
    removeCharts();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("machine", String.join(", ", machine.lines()));
    root.put("time", machine.time());
    root.put("questions", all.stream().map(ResultFiles::question).toList());
    root.put("targets", outcomes.stream().map(ResultFiles::outcome).toList());
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(directory.resolve("results.json").toFile(), root);
    for (Results results : all) {
      Charts.write(results, directory);
    }
  }

  /** Those of earlier runs, which perhaps asked something else. */
  private void removeCharts() throws IOException {
    try (DirectoryStream<Path> charts = Files.newDirectoryStream(directory, "*.png")) {
      for (Path chart : charts) {
        Files.delete(chart);
      }
    }
  }

  private static Map<String, Object> question(Results results) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("measure", results.question().measure().name());
    map.put("size", results.question().size());
    Map<String, Object> systems = new LinkedHashMap<>();
    for (String system : results.systems()) {
      systems.put(system, figures(Report.figures(results, system)));
    }
    map.put("systems", systems);
    List<Object> samples = new ArrayList<>();
    results.samples().forEach(sample -> samples.add(sample(sample)));
    map.put("samples", samples);
    return map;
  }

  private static Map<String, Object> sample(Sample sample) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("system", sample.system());
    map.put("round", sample.round());
    map.put("disturbed", sample.disturbed());
    map.put("foreignSeconds", sample.disturbance().foreignSeconds());
    map.put("probe", sample.disturbance().probeAfter());
    map.putAll(figures(sample.figures().values()));
    return map;
  }

  private static Map<String, Object> figures(Map<Metric, Double> values) {
    Map<String, Object> map = new LinkedHashMap<>();
    new TreeMap<>(values).forEach((metric, value) -> map.put(metric.title(), value));
    return map;
  }

  private static Map<String, Object> outcome(Target.Outcome outcome) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("target", outcome.target().title());
    map.put("bound", outcome.target().bound().text());
    map.put("rival", outcome.rival().orElse(null));
    map.put("missing", outcome.missing());
    map.put("ratios", outcome.spread().count());
    map.put("lower", outcome.spread().lower());
    map.put("median", outcome.spread().median());
    map.put("upper", outcome.spread().upper());
    map.put("verdict", outcome.verdict().title());
    return map;
  }
}
