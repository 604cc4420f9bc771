// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README compiles as it stands there, and does what the text says. */
class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void theExampleRunsInTwoProcesses() throws Exception {
    compile();
    String endpoint = "unix:" + directory.resolve("orders.sock");
    Process server = start("serve", endpoint);
    Process client = start("order", endpoint);
    try {
      assertTrue(client.waitFor(30, TimeUnit.SECONDS), "the client ends");
      assertTrue(server.waitFor(30, TimeUnit.SECONDS), "the server ends");
      assertEquals("DrainReport[complete=true, unconfirmed=0]\n", output(client));
      assertEquals("two coffees\nreason=PEER_CLOSED, detail=the peer closed\n", output(server));
    } finally {
      client.destroyForcibly();
      server.destroyForcibly();
    }
  }

  private void compile() throws IOException {
    Path readme = root().resolve("README.md");
    Matcher matcher = EXAMPLE.matcher(Files.readString(readme));
    assertTrue(matcher.find(), "the README has an example");
    Path source = Files.writeString(directory.resolve("Orders.java"), matcher.group(1));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                source.toString());
    assertEquals(0, result, "the example compiles");
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(directory + ":" + System.getProperty("java.class.path"));
    command.add("Orders");
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("CONTRIBUTING.md"))) {
      here = here.getParent();
    }
    return here;
  }
}
