// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process holds: descriptors and threads. */
record Resources(long descriptors, int threads) {
  private static final long DEADLINE_NANOS = 10_000_000_000L;

  static Resources now() {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return new Resources(files.count(), Thread.activeCount());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The least of several looks: what others are about to close counts no more. */
  static Resources settled() {
    Resources least = now();
    for (int i = 0; i < 20; i++) {
      Resources now = now();
      least =
          new Resources(
              Math.min(least.descriptors, now.descriptors), Math.min(least.threads, now.threads));
      Thread.yield();
    }
    return least;
  }

  /** Waits until no more is held than before. */
  static void awaitAtMost(Resources before) {
    long start = System.nanoTime();
    for (Resources now = now(); !now.isAtMost(before); now = now()) {
      if (System.nanoTime() - start > DEADLINE_NANOS) {
        throw new AssertionError("before=" + before + ", now=" + now);
      }
      Thread.yield();
    }
  }

  private boolean isAtMost(Resources other) {
    return descriptors <= other.descriptors && threads <= other.threads;
  }
}
