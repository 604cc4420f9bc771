// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;

/** Runs all races in processes of their own; what they say is in {@code target/jcstress.txt}. */
class JcstressTest {
  private static final String MODE = System.getProperty("ipc.jcstress");
  private static final Path RESULTS = Path.of(System.getProperty("ipc.jcstress.results"));

  @Test
  void noForbiddenOutcome() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    boolean brief = MODE.equals("brief");
    command.addAll(List.of("-m", brief ? "quick" : MODE));
    command.addAll(List.of("-r", RESULTS.resolve("jcstress").toString()));
    if (brief || MODE.equals("quick")) {
      command.addAll(List.of("-sc", "false", "-af", "NONE", "-f", "1"));
      command.addAll(List.of("-time", "100", "-iters", "3"));
    }
    if (brief) { // one way to compile instead of eight
      command.addAll(List.of("-jvmArgs", "-XX:-TieredCompilation"));
    }
    Process races =
        new ProcessBuilder(command)
            .directory(RESULTS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(RESULTS.resolve("jcstress.txt").toFile())
            .start();
    assertEquals(0, races.waitFor(), "see " + RESULTS.resolve("jcstress.txt"));
  }
}
