// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged streams without number, against a JVM of 64 MiB heap and 64 MiB direct memory. */
@Timeout(300)
class MutationTest {
  private static final int SCALE = Integer.getInteger("ipc.scale", 1);
  private static final List<String> LITTLE_MEMORY =
      List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError");

  @TempDir Path directory;

  @ParameterizedTest(name = "250,000 decoders, 75,000 handshakes, 2,000 connections: {0}")
  @MethodSource("dev.ipc.socket.Place#all")
  void damagedStreamsEndAndTheGoodClientIsServed(Place place) throws Exception {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("MutationTest: -Dipc.seed=" + seed);
    String[] arguments = {
      "" + seed,
      "" + 250_000 * SCALE,
      "" + 75_000 * SCALE,
      "" + 2_000 * SCALE,
      place.free(directory).with("handshakeTimeout", "2s").with("maxMessage", "1m").toString()
    };
    try (Program mutations = Program.java(LITTLE_MEMORY, MutationMain.class, arguments)) {
      String numbers = mutations.line("good");
      System.out.println("MutationTest: " + place + " " + numbers);
      assertTrue(number(numbers, "violations") > 50_000 * SCALE, numbers);
      assertTrue(number(numbers, "agreements") > 1_000 * SCALE, numbers);
      assertTrue(number(numbers, "answered") > 1_000 * SCALE, numbers);
      assertTrue(number(numbers, "heap") < 32 * 1024, numbers);
      mutations.succeeds();
    }
  }

  private static int number(String numbers, String name) {
    String rest = numbers.substring(numbers.indexOf(name + "=") + name.length() + 1);
    return Integer.parseInt(rest.split("[ k]")[0]);
  }
}
