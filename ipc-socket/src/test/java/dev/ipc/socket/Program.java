// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Another process, whose lines (also those of its error output) are read with a deadline. */
final class Program implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;
  private static final String ENDED = "(the program ended)";

  private final Process process;
  private final List<String> seen = new ArrayList<>();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Program(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "program-output");
    reader.setDaemon(true);
    reader.start();
  }

  static Program start(List<String> command) throws IOException {
    return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** A script of the test resources in {@code /interop}. */
  static Program python(String script, String... arguments) throws IOException {
    return start(command(List.of("python3", resource(script).toString()), arguments));
  }

  /** A class of the tests with a main method, in a JVM of its own. */
  static Program java(List<String> options, Class<?> main, String... arguments) throws IOException {
    return start(javaCommand(options, main, arguments));
  }

  static List<String> javaCommand(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  static List<String> command(List<String> first, String... rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toList();
  }

  static Path resource(String name) {
    try {
      return Path.of(Program.class.getResource("/interop/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static void assumePython() {
    assumeTrue(isOnPath("python3"), "needs python3");
  }

  static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** The next line. */
  String line() throws InterruptedException {
    String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      process.destroyForcibly();
      throw new AssertionError("no line in " + DEADLINE_SECONDS + " s, before: " + seen);
    }
    seen.add(line);
    return line;
  }

  /** The rest of the next line, which has to begin with the word. */
  String line(String word) throws InterruptedException {
    String line = line();
    if (!line.startsWith(word)) {
      throw new AssertionError("expected " + word + ", but was: " + line + ", before: " + seen);
    }
    return line.substring(word.length()).strip();
  }

  /** All lines up to the end. */
  List<String> rest() throws InterruptedException {
    List<String> rest = new ArrayList<>();
    for (String line = line(); !line.equals(ENDED); line = line()) {
      rest.add(line);
    }
    return rest;
  }

  void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Waits for the end, which has to be good. */
  void succeeds() throws InterruptedException {
    List<String> rest = rest();
    int status = process.waitFor();
    if (status != 0) {
      throw new AssertionError("status=" + status + ", output=" + seen + ", rest=" + rest);
    }
  }

  int status() throws InterruptedException {
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("does not end, output=" + seen);
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  /** As {@code kill -9} does. */
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
      lines.add("(broken: " + e + ")");
    }
    lines.add(ENDED);
  }
}
