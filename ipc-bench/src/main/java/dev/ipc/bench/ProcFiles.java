// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says in {@code /proc} about time and memory; 0 where there is no such file. */
final class ProcFiles {
  /** The kernel counts in hundredths of a second, on every architecture. */
  static final double TICKS = 100;

  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int STEAL = 7;

  private ProcFiles() {}

  /** Seconds that all processors worked or were stolen, since the start. */
  static double busySeconds() {
    try {
      return busySeconds(Files.readAllLines(Path.of("/proc/stat")).get(0));
    } catch (IOException e) {
      return 0;
    }
  }

  /** The same from the line of {@code /proc/stat} that sums all processors. */
  static double busySeconds(String line) {
    String[] words = line.strip().split("\\s+", -1);
    long ticks = 0;
    for (int i = 0; i <= STEAL && i + 1 < words.length; i++) {
      ticks += i == IDLE || i == WAITING ? 0 : Long.parseLong(words[i + 1]);
    }
    return ticks / TICKS;
  }

  /** Seconds that these processes worked, with all their threads. */
  static double cpuSeconds(List<Long> pids) {
    return pids.stream().mapToDouble(ProcFiles::cpuSeconds).sum();
  }

  static double cpuSeconds(long pid) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Bytes of resident memory of these processes. */
  static double residentBytes(List<Long> pids) {
    return pids.stream().mapToDouble(ProcFiles::residentBytes).sum();
  }

  private static double residentBytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
