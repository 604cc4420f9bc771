// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Endpoint;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ways to a peer that the tests go, and what they measure in this process. */
enum Way {
  UNIX,
  TCP,
  UNIX_EPOLL;

  static final int SCALE = Integer.getInteger("ipc.scale", 1);
  static final Duration LONG = Duration.ofSeconds(20);

  private static final AtomicInteger NAMES = new AtomicInteger();

  /** A fresh place to listen; options such as {@code a=1&b=2}, or none. */
  Endpoint place(Path directory, String options) {
    String path = directory.resolve("s" + NAMES.incrementAndGet()).toString();
    String all = options.isEmpty() ? "" : "?" + options;
    return switch (this) {
      case UNIX -> Endpoint.of("unix:" + path + all);
      case TCP -> Endpoint.of("tcp:127.0.0.1:0" + all);
      case UNIX_EPOLL ->
          Endpoint.of("unix:" + path + "?io=epoll&" + options.replaceAll("^$", "copy=false"));
    };
  }

  /** Looks until it holds; no test depends on how often. */
  static void await(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, () -> "not in " + limit + ": " + what);
      LockSupport.parkNanos(500_000);
    }
  }

  static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  static int descriptors() {
    String[] all = Path.of("/proc/self/fd").toFile().list();
    return all == null ? 0 : all.length;
  }

  static Set<String> libraryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ipc-") && !name.startsWith("ipc-files"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** After a collection, so that only what is reachable counts. */
  @SuppressWarnings("ExplicitGC") // the point is what remains
  static long heapAndDirect() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      LockSupport.parkNanos(20_000_000); // cleaners run after the collection
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      least = Math.min(least, heap + direct());
    }
    return least;
  }

  static Stream<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList().stream();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
