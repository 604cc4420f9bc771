// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/** A process that the demo started; what it says goes to a queue, its errors to a file. */
final class Child {
  /** One line of a child; without a line, its end. */
  record Event(Child child, Optional<Line> line) {}

  private final String name;
  private final Process process;
  private final Path errors;
  private final Writer input;

  private Child(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  static Child start(String name, ProcessBuilder command, BlockingQueue<Event> events)
      throws IOException {
    Path errors = Files.createTempFile(command.directory().toPath(), "child-", ".stderr");
    Child child = new Child(name, command.redirectError(errors.toFile()).start(), errors);
    Thread reader = new Thread(() -> child.read(events), "demo-" + name);
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  String name() {
    return name;
  }

  /** Writes a line to its input, which stays open: its end tells the child to end. */
  void tell(String text) {
    try {
      input.write(text + "\n");
      input.flush();
    } catch (IOException e) {
      // it has ended, which its reader reports
    }
  }

  /** What it wrote to its standard error. */
  String errors() {
    try {
      return Files.readString(errors).strip();
    } catch (IOException e) {
      return "";
    }
  }

  Process process() {
    return process;
  }

  private void read(BlockingQueue<Event> events) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        events.add(new Event(this, Optional.of(Line.of(line))));
      }
    } catch (IOException e) {
      // killed
    }
    events.add(new Event(this, Optional.empty()));
  }
}
