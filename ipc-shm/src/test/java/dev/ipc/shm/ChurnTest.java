// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Channels come and go, and nothing grows. */
@Tag("portable")
@Timeout(120)
class ChurnTest {
  private static final int CYCLES = 10_000 * Integer.getInteger("ipc.scale", 1);

  @TempDir Path directory;

  @Test
  void nothingIsLeftOfClosedChannels() throws Exception {
    try (Pairs pairs = new Pairs(directory, "64k")) {
      cycle(pairs, 50);
      long mappings = Pairs.mappings();
      long descriptors = Pairs.descriptors();
      int threads = Thread.getAllStackTraces().size();
      cycle(pairs, CYCLES);
      Pairs.await("mappings", () -> Pairs.mappings() <= mappings);
      Pairs.await("descriptors", () -> Pairs.descriptors() <= descriptors);
      Pairs.await("threads", () -> Thread.getAllStackTraces().size() <= threads + 1);
    }
  }

  private static void cycle(Pairs pairs, int cycles) throws InterruptedException {
    for (int i = 0; i < cycles; i++) {
      Pairs.Pair pair = pairs.connect();
      pair.near().send(ByteBuffer.allocate(8).putInt(0, i));
      int expected = i;
      pair.far().receive(m -> assertEquals(expected, m.getInt()), Duration.ofSeconds(10));
      if (i % 2 == 0) {
        pair.near().close();
      } else {
        pair.far().abort();
      }
      pair.near().close();
      pair.far().close();
    }
  }
}
