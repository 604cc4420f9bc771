// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.ipc.Channel;
import dev.ipc.SendResult;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at once, and many after another: everything they used comes back. */
class ManyClientsTest {
  private static final int CLIENTS = 1000;
  private static final int POOL = 8 * 1024 * 1024;

  @TempDir Path directory;

  private static long maxDescriptors() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getMaxFileDescriptorCount();
  }

  @ParameterizedTest
  @EnumSource
  void aThousandClientsEchoAHundredTimes(Way way) throws Exception {
    assumeTrue(maxDescriptors() >= 4000, "descriptors, limit=" + maxDescriptors());
    try (Sides sides = new Sides(way, directory, "")) {
      sides.listener.onAccept(
          channel -> channel.onMessage(m -> assertEquals(SendResult.SENT, channel.trySend(m))));
      try (Channel first = sides.clients.connect(sides.listener.endpoint())) {
        assertEquals(SendResult.SENT, first.trySend(Way.bytes(1)));
      }
      int descriptors = Way.descriptors();
      long direct = Way.direct();
      long start = System.nanoTime();
      try (Fork fork = Fork.start("clients", sides.listener.endpoint().toString(), "" + CLIENTS)) {
        assertEquals("connected", fork.line());
        long connected = System.nanoTime();
        assertTrue(Way.descriptors() >= descriptors + CLIENTS);
        Set<String> threads = Way.libraryThreads();
        fork.tell("echo");
        assertEquals("echoed", fork.line());
        long echoed = System.nanoTime();
        fork.tell("close");
        assertEquals("closed", fork.line());
        long closed = System.nanoTime();
        System.out.printf(
            "STRESS ManyClientsTest %s: %d clients connect %d ms (with a JVM), 100 echoes each %d"
                + " ms, close %d ms, direct +%d KiB%n",
            way,
            CLIENTS,
            (connected - start) / 1_000_000,
            (echoed - connected) / 1_000_000,
            (closed - echoed) / 1_000_000,
            (Way.direct() - direct) / 1024);
        Way.await("descriptors", Way.LONG, () -> Way.descriptors() <= descriptors + 2);
        assertTrue(threads.containsAll(Way.libraryThreads()), "threads=" + Way.libraryThreads());
        assertTrue(Way.direct() - direct < POOL + 1024 * 1024, "direct=" + Way.direct());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void thousandsOfCyclesLeaveNothing(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      cycles(sides, 50);
      Set<String> threads = Way.libraryThreads();
      int descriptors = Way.descriptors();
      long memory = Way.heapAndDirect();
      long start = System.nanoTime();
      int count = 2000 * Way.SCALE;
      cycles(sides, count);
      long micros = (System.nanoTime() - start) / 1000 / count;
      Way.await("descriptors", Way.LONG, () -> Way.descriptors() <= descriptors + 2);
      assertEquals(threads, Way.libraryThreads());
      System.out.println("STRESS ManyClientsTest " + way + ": a cycle takes " + micros + " us");
      // A timer may know a channel that is gone for as long as it still runs.
      Way.await("memory", Way.LONG, () -> Way.heapAndDirect() - memory < 1024 * 1024);
    }
  }

  private static void cycles(Sides sides, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      Sides.Ends ends = sides.connect();
      ends.near().send(Way.bytes(i % 7 == 0 ? 100_000 : 100));
      switch (i % 3) {
        case 0 -> ends.near().close();
        case 1 -> ends.far().close();
        default -> ends.near().abort();
      }
      ends.far().abort();
      ends.near().abort();
    }
  }
}
