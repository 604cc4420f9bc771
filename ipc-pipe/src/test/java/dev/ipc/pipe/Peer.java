// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A process that runs {@link EndpointMain}. */
final class Peer implements AutoCloseable {
  private final Process process;
  private final BufferedReader said;

  /** Starts it, with some variables of the environment set. */
  Peer(Map<String, String> environment, String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(Programs.java(EndpointMain.class, arguments));
    builder.environment().putAll(environment);
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** The next line that it says; null if it is gone. */
  String says() throws IOException {
    return said.readLine();
  }

  /** Stops it where it is; it holds what it holds. */
  void stop() throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    assertEquals(0, new ProcessBuilder("kill", "-STOP", pid).start().waitFor());
    Path status = Path.of("/proc", pid, "status");
    Programs.await(
        "the process to stop",
        () -> {
          try {
            return Files.readString(status).contains("State:\tT");
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** SIGKILL; what it held is free afterwards. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it end in order. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    assertEquals(0, process.waitFor());
  }

  /** Whatever it does. */
  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
