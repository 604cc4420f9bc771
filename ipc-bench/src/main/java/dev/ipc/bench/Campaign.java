// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks all questions of a plan within a time: undecided targets get more rounds. */
final class Campaign {
  private final Workshop workshop;
  private final Timing timing;
  private final Progress progress;
  private final List<Results> results = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> dropped = new HashSet<>();

  Campaign(Workshop workshop, Timing timing, Progress progress) {
    this.workshop = workshop;
    this.timing = timing;
    this.progress = progress;
  }

  List<Results> results() {
    return List.copyOf(results);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The systems that failed. */
  Set<String> dropped() {
    return Set.copyOf(dropped);
  }

  /** Runs until everything is decided, or the time is over. */
  void run(Plan plan, Optional<Entry> probing, long deadline)
      throws IOException, InterruptedException {
    Optional<Probe> probe = probe(probing);
    try {
      List<Heat> heats = plan.heats();
      for (int i = 0; i < heats.size(); i++) {
        long now = System.nanoTime();
        int weight = heats.subList(i, heats.size()).stream().mapToInt(Heat::weight).sum();
        if (i > 0 && now > deadline) {
          notes.add("there was no time for " + heats.get(i).title());
          continue;
        }
        run(heats.get(i), probe, now + (deadline - now) * heats.get(i).weight() / weight);
      }
    } finally {
      if (probe.isPresent()) {
        probe.get().close();
      }
    }
  }

  private Optional<Probe> probe(Optional<Entry> probing) throws IOException, InterruptedException {
    if (probing.isEmpty() || !workshop.cores().pinned()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Probe.start(workshop, probing.get()));
    } catch (Failure e) {
      notes.add("no probe of the distance between the processors: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void run(Heat heat, Optional<Probe> probe, long deadline)
      throws IOException, InterruptedException {
    Question question = heat.question();
    Results all = results(question);
    long begin = System.nanoTime();
    int count = 0;
    try (Session session = new Session(workshop, probe, timing, all)) {
      for (Entry entry : heat.entries()) {
        progress.show(question.title() + ": warming up " + entry.name());
        session.add(entry, begin + (deadline - begin) / 2 * ++count / heat.entries().size());
      }
      Set<String> everybody = heat.entries().stream().map(Entry::name).collect(Collectors.toSet());
      Set<String> wanted = everybody;
      int least = timing.rounds(question.measure());
      for (int round = 1; round == 1 || System.nanoTime() < deadline; round++) {
        String where = question.title() + ": round " + round + ", ";
        session.round(wanted, name -> progress.show(where + name));
        wanted = round < least ? wanted : undecided(heat, session.systems());
        if (session.systems().isEmpty() || wanted.isEmpty()) {
          break;
        }
      }
      notes.addAll(session.notes());
      everybody.removeAll(session.systems());
      dropped.addAll(everybody);
    }
  }

  private Results results(Question question) {
    return results.stream()
        .filter(known -> known.question().equals(question))
        .findFirst()
        .orElseGet(
            () -> {
              Results created = new Results(question);
              results.add(created);
              return created;
            });
  }

  /** The systems of the targets that are not decided yet, and can be by those that are left. */
  private Set<String> undecided(Heat heat, Set<String> left) {
    Set<Verdict> decided = EnumSet.of(Verdict.MET, Verdict.MISSED);
    List<Target> open =
        Targets.all().stream()
            .filter(target -> target.asked().question().equals(heat.question()))
            .filter(target -> target.isMeasurable(left))
            .filter(target -> !decided.contains(target.outcome(results, timing).verdict()))
            .toList();
    return heat.entries().stream()
        .map(Entry::name)
        .filter(system -> open.stream().anyMatch(target -> target.concerns(system)))
        .collect(Collectors.toSet());
  }
}
