// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However many start at once on a stale name, one owns it. */
class StarterRaceTest {
  private static final int SCALE = Integer.getInteger("ipc.scale", 1);

  @TempDir Path directory;

  @Test
  @Timeout(600)
  void twoProcessesOfTwoThreads() throws Exception {
    Path name = directory.resolve("s");
    try (Jvm one = Jvm.start();
        Jvm two = Jvm.start()) {
      for (int round = 0; round < 500 * SCALE; round++) {
        Servers.leaveStale(name);
        one.tell("race " + name);
        two.tell("race " + name);
        String outcome = one.answer() + two.answer();
        assertEquals("LLLW", sorted(outcome), "round " + round);
        Servers.connect(name);
        one.tell("close");
        two.tell("close");
        assertEquals("okok", one.answer() + two.answer());
        assertEquals(List.of("s.lock"), Servers.names(directory));
      }
    }
  }

  @Test
  @Timeout(600)
  void aKilledOwnerIsSucceeded() throws Exception {
    Path name = directory.resolve("s");
    for (int round = 0; round < 3 * SCALE; round++) {
      try (Jvm owner = Jvm.start()) {
        assertEquals("ok 700", owner.ask("bind " + name));
        owner.kill();
        assertEquals(true, Files.exists(name));
        SocketName successor = Servers.bind(name);
        Servers.connect(name);
        successor.close();
      }
    }
    assertEquals(List.of("s.lock"), Servers.names(directory));
  }

  private static String sorted(String letters) {
    return letters
        .chars()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
