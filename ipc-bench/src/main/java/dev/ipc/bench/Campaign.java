// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.util.ArrayList;
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

  /** Runs until everything is decided, or the time is over. */
  void run(Plan plan, Optional<Entry> probing, long deadline)
      throws IOException, InterruptedException {
    Optional<Probe> probe = probe(probing);
    try {
      List<Question> questions = plan.questions();
      for (int i = 0; i < questions.size(); i++) {
        long now = System.nanoTime();
        Question question = questions.get(i);
        long share = (deadline - now) * plan.weight(question) / plan.weightFrom(i);
        ask(question, plan.entries(question), probe, now + share);
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

  private void ask(Question question, List<Entry> entries, Optional<Probe> probe, long deadline)
      throws IOException, InterruptedException {
    try (Session session = new Session(workshop, probe, timing, question)) {
      results.add(session.results());
      for (Entry entry : entries) {
        progress.show(question.title() + ": warming up " + entry.name());
        session.add(entry);
      }
      int round = 0;
      Set<String> wanted = Set.of();
      while (!session.isEmpty() && (round == 0 || System.nanoTime() < deadline)) {
        round++;
        String where = question.title() + ": round " + round + ", ";
        session.round(wanted, name -> progress.show(where + name));
        if (round >= timing.rounds(question.measure())) {
          wanted = wanted(question);
          if (wanted.isEmpty()) {
            break;
          }
        }
      }
      notes.addAll(session.notes());
    } catch (Failure e) {
      notes.add(question.title() + ": " + e.getMessage());
    }
  }

  /** The systems of the targets that this question has not decided yet. */
  private Set<String> wanted(Question question) {
    List<Target> open =
        Targets.all().stream()
            .filter(target -> target.asked().question().equals(question))
            .filter(t -> t.outcome(results, timing).verdict() == Verdict.UNDECIDED)
            .toList();
    return results.get(results.size() - 1).systems().stream()
        .filter(system -> open.stream().anyMatch(target -> target.concerns(system)))
        .collect(Collectors.toSet());
  }
}
