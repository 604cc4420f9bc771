// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A handler that leaves its thread interrupted, with which no selection waits. */
@Timeout(60)
class InterruptTest {
  private static final long WATCHED_MILLIS = 500;

  @TempDir Path directory;

  @Test
  void thePollerSleeps() throws Exception {
    try (Pairs pairs = new Pairs(directory, "64k")) {
      Pairs.Pair pair = pairs.connect();
      AtomicInteger heard = new AtomicInteger();
      pair.far()
          .onMessage(
              message -> {
                heard.incrementAndGet();
                Thread.currentThread().interrupt();
              });
      pair.near().send(ByteBuffer.allocate(100));
      Pairs.await("the message", () -> heard.get() == 1);
      long before = pollersNanos();
      TimeUnit.MILLISECONDS.sleep(WATCHED_MILLIS); // so long they are watched
      long millis = TimeUnit.NANOSECONDS.toMillis(pollersNanos() - before);
      assertTrue(millis < WATCHED_MILLIS / 5, () -> "processor time in ms: " + millis);
      pair.near().send(ByteBuffer.allocate(100));
      Pairs.await("the next message", () -> heard.get() == 2);
    }
  }

  private static long pollersNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ipc-shm"))
        .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getId())))
        .sum();
  }
}
