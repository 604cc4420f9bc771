// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One process of a trial, seen from the one that started it. It dies at a deadline. */
final class TrialProcess implements AutoCloseable {
  private final String role;
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter orders;
  private boolean ended;

  private TrialProcess(String role, Process process, Duration limit) {
    this.role = role;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
        .execute(process::destroyForcibly);
  }

  static TrialProcess start(Trial trial, String role, Path place, Duration limit)
      throws IOException {
    List<String> command = new ArrayList<>();
    String pinned = System.getProperty("trial." + role + ".cpu");
    if (pinned != null) {
      command.addAll(List.of("taskset", "-c", pinned));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseParallelGC"));
    command.addAll(trial.contender().jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TrialRole.class.getName(), role, trial.contender().name()));
    command.addAll(List.of(trial.work().name(), place.toString(), "" + trial.size()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new TrialProcess(role, builder.start(), limit);
  }

  /** The answer, which must not be an error. */
  String ask(String order) throws Exception {
    orders.println(order);
    String answer = answer(order);
    if (order.equals("close")) {
      ended = true;
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException(role + " did not end by itself, status=" + status);
      }
    }
    return answer;
  }

  void expect(String word) throws Exception {
    String answer = answer(word);
    if (!answer.equals(word)) {
      throw new IllegalStateException(role + " said: " + answer);
    }
  }

  private String answer(String order) throws Exception {
    String line = answers.readLine();
    while (line != null && !line.startsWith("> ")) {
      System.err.println(role + ": " + line);
      line = answers.readLine();
    }
    if (line == null || line.startsWith("> error")) {
      throw new IllegalStateException(
          role + " failed at " + order + ": " + line + ", status=" + process.waitFor());
    }
    return line.substring(2);
  }

  @Override
  public void close() {
    if (!ended) {
      process.destroyForcibly().onExit().join();
    }
  }
}
