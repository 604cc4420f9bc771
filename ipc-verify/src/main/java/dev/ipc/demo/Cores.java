// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two processors, one for the server and one for the client, where {@code taskset} can pin. */
record Cores(List<Integer> pair) {
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** Finds two processors that this process may use; none without them or without taskset. */
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

  /** How many processors this process may use. */
  int count() {
    return Runtime.getRuntime().availableProcessors();
  }

  boolean pinned() {
    return !pair.isEmpty();
  }

  /** What stands before a command to pin it. */
  List<String> prefix(Settings.Role role) {
    return switch (role) {
      case SERVER, CHILD, PLAIN_SERVER -> prefix(0);
      case CLIENT, PARENT, PLAIN_CLIENT -> prefix(1);
      case BOTH -> List.of();
    };
  }

  private List<String> prefix(int which) {
    return pinned() ? List.of("taskset", "-c", pair.get(which).toString()) : List.of();
  }

  private static boolean hasTaskset() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
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
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }
}
