// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two processors, one for each process, where {@code taskset} can pin; else none. */
record Cores(List<Integer> pair) {
  private static final String ALLOWED = "Cpus_allowed_list:";

  static Cores find() {
    List<Integer> allowed = allowed();
    if (allowed.size() < 2 || !hasTaskset()) {
      return new Cores(List.of());
    }
    int server = allowed.get(0);
    List<Integer> siblings = siblings(server);
    int client =
        allowed.stream().filter(cpu -> !siblings.contains(cpu)).findFirst().orElse(allowed.get(1));
    return new Cores(List.of(server, client));
  }

  boolean pinned() {
    return !pair.isEmpty();
  }

  /** What stands before a command to pin it. */
  List<String> prefix(Side side) {
    return pinned()
        ? List.of("taskset", "-c", pair.get(side == Side.SERVER ? 0 : 1).toString())
        : List.of();
  }

  private static boolean hasTaskset() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "taskset")));
  }

  private static List<Integer> allowed() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(ALLOWED)) {
          return list(line.substring(ALLOWED.length()).strip());
        }
      }
    } catch (IOException e) {
      // not Linux
    }
    return List.of();
  }

  /** The processors that share a core with this one, itself included. */
  private static List<Integer> siblings(int cpu) {
    Path file = Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
    try {
      return list(Files.readString(file).strip());
    } catch (IOException e) {
      return List.of(cpu);
    }
  }

  /** Reads a list such as {@code 0-3,8}. */
  static List<Integer> list(String text) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : text.split(",", -1)) {
      String[] ends = range.split("-", -1);
      for (int cpu = Integer.parseInt(ends[0]);
          cpu <= Integer.parseInt(ends[ends.length - 1]);
          cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }
}
