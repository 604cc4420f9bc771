// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Another process that runs {@link ForkMain}. */
final class Fork implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Fork(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "fork-lines");
    reader.setDaemon(true);
    reader.start();
  }

  static Fork start(String... arguments) throws IOException {
    List<String> command = command(Path.of(System.getProperty("java.home")), List.of());
    command.addAll(List.of(arguments));
    return start(command);
  }

  static Fork start(List<String> command) throws IOException {
    return new Fork(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The command line but for the arguments. */
  static List<String> command(Path home, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ForkMain.class.getName());
    return command;
  }

  void tell(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  String line() throws InterruptedException {
    String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("no line in " + DEADLINE_SECONDS + " s");
    }
    return line;
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("does not die");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("broken: " + e);
    }
    lines.add("ended");
  }
}
