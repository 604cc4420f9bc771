// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this process holds at the moment: threads, descriptors, memory, processor time. */
final class Threads {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Threads() {}

  /** The library's threads, by name. */
  static List<Thread> ofLibrary() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ipc-"))
        .toList();
  }

  /** Open descriptors, 0 where the system does not say. */
  static long descriptors() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Live heap and direct memory, in bytes. */
  static long memory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return runtime.totalMemory() - runtime.freeMemory() + direct;
  }

  /** Processor time of the library's threads since they started, in nanoseconds. */
  static long processorTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return ofLibrary().stream()
        .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getId())))
        .sum();
  }

  /** Every thread with its stack. */
  static String dump() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      text.append(entry.getKey()).append(' ').append(entry.getKey().getState()).append('\n');
      for (StackTraceElement frame : entry.getValue()) {
        text.append("    at ").append(frame).append('\n');
      }
    }
    return text.toString();
  }
}
