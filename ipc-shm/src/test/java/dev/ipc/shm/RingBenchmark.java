// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a ring costs, beside Agrona's ring and the hardware: two processes, each pinned to a core,
 * over one file in shared memory, the systems taking turns. Not a test; CONTRIBUTING.md says how to
 * run it.
 */
final class RingBenchmark {
  private static final Path SHARED = Path.of("/dev/shm");

  /** Agrona's buffer needs the first flag, ours is told which one to take. */
  private static final Map<String, List<String>> SYSTEMS =
      new TreeMap<>(
          Map.of(
              "line", List.of(),
              "copy", List.of(),
              "ring", List.of(),
              "ring-unsafe", List.of("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"),
              "agrona", List.of("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED")));

  private RingBenchmark() {}

  /** Arguments: how many rounds, then the systems; all without. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    List<String> systems = new ArrayList<>(SYSTEMS.keySet());
    if (arguments.length > 1) {
      systems = List.of(arguments).subList(1, arguments.length);
    }
    Map<String, List<Double>> results = new TreeMap<>();
    for (int round = 0; round < rounds; round++) {
      for (String system : systems) {
        run(system, results);
      }
    }
    results.forEach(RingBenchmark::print);
  }

  private static void print(String what, List<Double> values) {
    Collections.sort(values);
    System.out.printf(
        Locale.ROOT,
        "%-40s median %10.3f  (%.3f to %.3f)%n",
        what,
        values.get(values.size() / 2),
        values.get(0),
        values.get(values.size() - 1));
  }

  private static void run(String system, Map<String, List<Double>> results)
      throws IOException, InterruptedException {
    Path path = Files.createTempFile(SHARED, "ring-benchmark", ".segment");
    try {
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.allocate(BenchmarkSide.LENGTH));
      }
      Process second = start(system, path, "second", 1);
      Process first = start(system, path, "first", 0);
      try (BufferedReader lines = first.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          int equals = line.indexOf('=');
          results
              .computeIfAbsent(line.substring(0, equals) + ", " + system, k -> new ArrayList<>())
              .add(Double.parseDouble(line.substring(equals + 1)));
        }
      }
      if (!second.waitFor(10, TimeUnit.SECONDS)) {
        second.destroyForcibly();
      }
    } finally {
      Files.delete(path);
    }
  }

  private static Process start(String system, Path path, String side, int core) throws IOException {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", "" + core));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SYSTEMS.get(system));
    command.add("-Donly=" + System.getProperty("only", ""));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BenchmarkSide.class.getName(), system, path.toString(), side));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
