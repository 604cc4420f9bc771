// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the figures are from.
 *
 * @param processor what it calls itself
 * @param cores that the processes were pinned to
 */
record Machine(String time, String processor, String system, String java, Cores cores) {
  static Machine here(Cores cores) {
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        model(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        cores);
  }

  List<String> lines() {
    String pinned =
        cores.pinned()
            ? "server on processor " + cores.pair().get(0) + ", client on " + cores.pair().get(1)
            : "not pinned: two processors and taskset are needed";
    return List.of(processor + ", " + system + ", " + java, pinned);
  }

  private static String model() {
    int count = Runtime.getRuntime().availableProcessors();
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> count + " × " + line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(count + " processors");
    } catch (IOException e) {
      return count + " processors";
    }
  }
}
