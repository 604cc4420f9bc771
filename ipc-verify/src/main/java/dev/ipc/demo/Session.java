// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of a pair of children: passes the address on, listens to what they say, and turns
 * silence, an early end or a complaint into one {@link Failure}.
 */
final class Session {
  private static final Duration SILENCE = Duration.ofSeconds(40);
  private static final Duration AFTERMATH = Duration.ofSeconds(3);
  private static final long TICK_MILLIS = 50;
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;
  private static final int NO_STATUS = -1;

  private final Workshop workshop;
  private final Settings settings;
  private final Runnable tick;
  private final Consumer<Line> listener;
  private final BlockingQueue<Child.Event> events = new LinkedBlockingQueue<>();
  private final List<Child> children = new ArrayList<>();
  private final List<Child> running = new ArrayList<>();
  private final Map<Line.Word, String> said = new EnumMap<>(Line.Word.class);
  private final Map<Line.Word, String> complaints = new EnumMap<>(Line.Word.class);
  private final Set<Child> complained = new HashSet<>();
  private long deadline;

  /**
   * @param tick called every now and then
   * @param listener hears what the children say
   */
  Session(Workshop workshop, Settings settings, Runnable tick, Consumer<Line> listener) {
    this.workshop = workshop;
    this.settings = settings;
    this.tick = tick;
    this.listener = listener;
  }

  /** Runs server and client; the second is told where the first listens. */
  Map<Line.Word, String> run(String address, Settings.Role server, Settings.Role client)
      throws IOException, InterruptedException {
    try {
      begin(server).tell(address);
      Child second = begin(client);
      extendDeadline();
      while (!said.containsKey(Line.Word.READY) && complaints.isEmpty()) {
        next();
      }
      second.tell(said.getOrDefault(Line.Word.READY, ""));
      return listen();
    } finally {
      workshop.end(children);
    }
  }

  /** Runs one child that is both. */
  Map<Line.Word, String> run(String address, Settings.Role both)
      throws IOException, InterruptedException {
    try {
      begin(both).tell(address);
      extendDeadline();
      return listen();
    } finally {
      workshop.end(children);
    }
  }

  private Child begin(Settings.Role role) throws IOException {
    Child child = workshop.start(settings.with(role), events);
    children.add(child);
    running.add(child);
    return child;
  }

  private Map<Line.Word, String> listen() throws InterruptedException {
    while (!running.isEmpty() && complaints.isEmpty()) {
      next();
    }
    if (!complaints.isEmpty()) {
      deadline = Math.min(deadline, System.nanoTime() + AFTERMATH.toNanos());
      while (!running.isEmpty() && !complaints.containsKey(Line.Word.FAILED)) {
        if (!next()) {
          break;
        }
      }
      throw failure();
    }
    return said;
  }

  /** Takes one event; false when the deadline has passed. */
  private boolean next() throws InterruptedException {
    tick.run();
    Child.Event event = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
    if (event != null) {
      event.line().ifPresentOrElse(line -> hear(event.child(), line), () -> ended(event.child()));
      return true;
    }
    if (System.nanoTime() - deadline < 0) {
      return true;
    }
    if (complaints.isEmpty()) {
      complain(
          Line.Word.FAILED, running.get(0), "nothing happened, seconds=" + SILENCE.toSeconds());
    }
    return false;
  }

  private void hear(Child child, Line line) {
    switch (line.word()) {
      case FAILED, FAILED_TOO ->
          complain(line.word(), child, line.value() + " (said by the " + child.name() + ")");
      case DONE -> {}
      default -> {
        said.put(line.word(), line.value());
        extendDeadline();
        listener.accept(line);
      }
    }
  }

  private void ended(Child child) {
    running.remove(child);
    int status = status(child);
    if (status != 0 && !complained.contains(child)) {
      String how = status == INTERRUPTED || status == TERMINATED ? "was stopped" : "ended early";
      complain(Line.Word.FAILED, child, "the " + child.name() + " " + how + ", status=" + status);
    }
  }

  private static int status(Child child) {
    try {
      return child.process().waitFor(AFTERMATH.toSeconds(), TimeUnit.SECONDS)
          ? child.process().exitValue()
          : NO_STATUS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NO_STATUS;
    }
  }

  private void complain(Line.Word word, Child child, String what) {
    complained.add(child);
    complaints.putIfAbsent(word, what);
  }

  private void extendDeadline() {
    deadline = System.nanoTime() + SILENCE.toNanos() + (long) (settings.seconds() * 2_000_000_000L);
  }

  private Failure failure() {
    StringBuilder text =
        new StringBuilder(
            complaints.getOrDefault(
                Line.Word.FAILED, complaints.getOrDefault(Line.Word.FAILED_TOO, "failed")));
    for (Child child : children) {
      String errors = child.errors();
      if (!errors.isEmpty()) {
        text.append("\n  standard error of the ").append(child.name()).append(":\n    ");
        text.append(errors.replaceAll("\\R", "\n    "));
      }
    }
    return new Failure(text.toString());
  }
}
