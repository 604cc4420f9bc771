// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Systems that answer a question in the same rounds.
 *
 * @param question what is asked
 * @param entries who takes turns
 */
record Heat(Question question, List<Entry> entries) {
  /** All of them wait in memory, as two processes each. */
  private static final int MOST = 16;

  /**
   * Cuts many systems into heats: those that a target compares stay together, the others join their
   * relatives.
   */
  static List<Heat> of(Question question, Set<Entry> entries) {
    List<Set<Entry>> groups = new ArrayList<>();
    Set<Entry> rest = new LinkedHashSet<>(entries);
    for (Target target : Targets.all()) {
      Set<Entry> group = new LinkedHashSet<>();
      if (target.asked().question().equals(question)) {
        entries.stream().filter(e -> target.concerns(e.name())).forEach(group::add);
      }
      if (!group.isEmpty()) {
        rest.removeAll(group);
        groups.stream().filter(g -> g.stream().anyMatch(group::contains)).forEach(group::addAll);
        groups.removeIf(g -> g.stream().anyMatch(group::contains));
        groups.add(group);
      }
    }
    rest.forEach(entry -> join(groups, entry));
    return groups.stream().map(group -> new Heat(question, List.copyOf(group))).toList();
  }

  String title() {
    return question.title() + ": " + String.join(", ", entries.stream().map(Entry::name).toList());
  }

  /** How long it takes, beside others. */
  int weight() {
    return entries.size()
        * switch (question.measure()) {
          case ROUND_TRIP, ONE_WAY -> 1;
          case RESTED -> 8;
          case IDLE -> 4;
        };
  }

  private static void join(List<Set<Entry>> groups, Entry entry) {
    Set<Entry> best = null;
    for (Set<Entry> group : groups) {
      boolean related = group.stream().anyMatch(e -> family(e).equals(family(entry)));
      if (group.size() < MOST && (related || best == null)) {
        best = group;
        if (related) {
          break;
        }
      }
    }
    if (best == null) {
      best = new LinkedHashSet<>();
      groups.add(best);
    }
    best.add(entry);
  }

  private static String family(Entry entry) {
    return entry.name().split("-", -1)[0];
  }
}
