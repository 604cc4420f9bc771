// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another process that runs {@link ForkMain}. */
final class Fork implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private Fork(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param prefix a command that runs the rest of its arguments, may be empty
   * @param environment what to add to it
   * @param arguments of {@link ForkMain}
   */
  static Fork start(List<String> prefix, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ForkMain.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().putAll(environment);
    return new Fork(builder.start());
  }

  /** The next line it prints. */
  String line() throws IOException {
    return lines.readLine();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("does not die");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
