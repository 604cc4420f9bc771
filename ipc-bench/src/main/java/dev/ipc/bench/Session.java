// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Several contenders that answer the same question in turns: A B C, A B C, and so on. */
final class Session implements AutoCloseable {
  private static final int REPEATS = 2;

  private final Workshop workshop;
  private Optional<Probe> probe;
  private final Timing timing;
  private final Results results;
  private final Map<Entry, Pair> pairs = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private int round;
  private double probed = Double.NaN;

  Session(Workshop workshop, Optional<Probe> probe, Timing timing, Results results) {
    this.workshop = workshop;
    this.probe = probe;
    this.timing = timing;
    this.results = results;
  }

  /** What went wrong. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * Starts the processes of a contender and warms them; without it if that fails.
   *
   * @param latest as in {@link Pair#warmUp}
   */
  void add(Entry entry, long latest) throws IOException, InterruptedException {
    try {
      Pair pair = Pair.start(workshop, entry, results.question());
      pairs.put(entry, pair);
      pair.warmUp(timing.warmUp(), latest);
      pair.pause();
    } catch (Failure e) {
      drop(entry, e);
    }
  }

  /** Who is left. */
  Set<String> systems() {
    return pairs.keySet().stream().map(Entry::name).collect(Collectors.toSet());
  }

  /**
   * One window for each contender; a disturbed one is repeated a few times.
   *
   * @param wanted the names of the contenders
   */
  void round(Set<String> wanted, Consumer<String> progress)
      throws IOException, InterruptedException {
    round++;
    probe();
    for (Entry entry : List.copyOf(pairs.keySet())) {
      if (!wanted.contains(entry.name())) {
        continue;
      }
      progress.accept(entry.name());
      try {
        Sample sample = sample(entry);
        for (int i = 0; i < REPEATS && sample.disturbed(); i++) {
          results.add(sample);
          sample = sample(entry);
        }
        results.add(sample);
      } catch (Failure e) {
        drop(entry, e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Pair pair : pairs.values()) {
      pair.close();
    }
    pairs.clear();
  }

  private Sample sample(Entry entry) throws Failure, IOException, InterruptedException {
    Pair pair = pairs.get(entry);
    double before = probed;
    pair.resume();
    List<Long> pids = new ArrayList<>(pair.pids());
    pids.add(ProcessHandle.current().pid());
    double foreign = ProcFiles.busySeconds() - ProcFiles.cpuSeconds(pids);
    long start = System.nanoTime();
    Figures figures = pair.measure(timing.window(results.question().measure()));
    double seconds = (System.nanoTime() - start) / 1e9;
    foreign = ProcFiles.busySeconds() - ProcFiles.cpuSeconds(pids) - foreign;
    pair.pause();
    probe();
    Disturbance disturbance = new Disturbance(foreign, seconds, before, probed);
    return new Sample(entry.name(), round, figures, disturbance);
  }

  private void probe() throws IOException, InterruptedException {
    try {
      if (probe.isPresent()) {
        probed = probe.get().nanos();
      }
    } catch (Failure e) {
      notes.add("the distance between the processors is not known: " + e.getMessage());
      probe = Optional.empty();
      probed = Double.NaN;
    }
  }

  private void drop(Entry entry, Failure failure) throws IOException {
    notes.add(results.question().title() + ", " + entry.name() + ": " + failure.getMessage());
    Pair pair = pairs.remove(entry);
    if (pair != null) {
      pair.close();
    }
  }
}
