// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

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

/** Another process that runs {@link NameMain}: one line in, one line out, each with a deadline. */
final class Jvm implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 30;

  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private Jvm(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "jvm-answers");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts one; the prefix is a command that runs the rest of its arguments. */
  static Jvm start(String... prefix) throws IOException {
    return start(Path.of("."), prefix);
  }

  static Jvm start(Path workingDirectory, String... prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(NameMain.class.getName());
    return new Jvm(
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Starts one that runs as another user; only root can. */
  static Jvm startAs(int uid) throws IOException {
    return start("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
  }

  void tell(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  String answer() throws InterruptedException {
    String answer = answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (answer == null) {
      process.destroyForcibly();
      throw new AssertionError("no answer in " + DEADLINE_SECONDS + " s");
    }
    return answer;
  }

  String ask(String command) throws IOException, InterruptedException {
    tell(command);
    return answer();
  }

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
        answers.add(line);
      }
    } catch (IOException e) {
      answers.add("stream broken: " + e);
    }
    answers.add("process ended");
  }
}
