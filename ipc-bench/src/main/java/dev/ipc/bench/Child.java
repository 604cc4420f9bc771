// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that runs {@link ChildMain}: it is told commands and answers them. */
final class Child {
  private static final String END = "";
  private static final Duration MERCY = Duration.ofSeconds(2);

  private final String name;
  private final Process process;
  private final Path errors;
  private final Writer input;
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();

  private Child(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  static Child start(String name, List<String> command, Path directory) throws IOException {
    Path errors = Files.createTempFile(directory, "child-", ".stderr");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Child child = new Child(name, builder.redirectError(errors.toFile()).start(), errors);
    Thread reader = new Thread(child::read, "bench-" + name);
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  void tell(String command) {
    try {
      input.write(command + "\n");
      input.flush();
    } catch (IOException e) {
      // it has ended, which its reader says
    }
  }

  /** The words of the next reply, which begins with this one. */
  String[] reply(String word, Duration timeout) throws Failure, InterruptedException {
    String line = replies.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw new Failure(name + " did not answer, seconds=" + timeout.toSeconds() + errors());
    }
    String[] words = line.split(" ", -1);
    if (!words[0].equals(word)) {
      throw new Failure(
          name + (line.isEmpty() ? " ended" : ": " + line.replaceFirst("failed ", "")) + errors());
    }
    return words;
  }

  /** Whether a reply waits. */
  boolean replied() {
    return !replies.isEmpty();
  }

  /** The process and what it started. */
  List<Long> pids() {
    return tree().map(ProcessHandle::pid).toList();
  }

  long pid() {
    return process.pid();
  }

  /** Sends a signal to processes, such as {@code STOP}. */
  static void signal(String signal, List<Long> pids) throws IOException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    pids.forEach(pid -> command.add(Long.toString(pid)));
    new ProcessBuilder(command).redirectErrorStream(true).start().onExit().join();
  }

  /** Asks it to end, then makes it; an interrupt only shortens the wait. */
  void end() {
    tell("quit");
    try {
      if (process.waitFor(MERCY.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  void kill() {
    tree().toList().forEach(ProcessHandle::destroyForcibly);
  }

  private Stream<ProcessHandle> tree() {
    return Stream.concat(process.toHandle().descendants(), Stream.of(process.toHandle()));
  }

  /** The first lines of what it wrote to its standard error, without the stack. */
  private String errors() {
    try (Stream<String> lines = Files.lines(errors)) {
      String text =
          String.join("\n    ", lines.filter(line -> !line.startsWith("\t")).limit(6).toList());
      return text.isBlank() ? "" : "\n    " + text;
    } catch (IOException | java.io.UncheckedIOException e) {
      return "";
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        replies.add(line);
      }
    } catch (IOException e) {
      // killed
    }
    replies.add(END);
  }
}
