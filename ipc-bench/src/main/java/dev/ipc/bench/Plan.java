// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which systems answer which questions, in this order. */
final class Plan {
  /** Only figures without a target: beside those that have one, they say where a figure is from. */
  private static final Map<Question, List<String>> BESIDE =
      Map.of(
          new Question(Measure.ROUND_TRIP, 32),
          List.of(
              "shm-pulled",
              "unix-pulled",
              "tcp-pulled",
              "fifo-pulled",
              "agrona-spsc",
              "jdk-unix",
              "jdk-tcp",
              "unix-connect",
              "shm-connect",
              "chronicle*"),
          new Question(Measure.ONE_WAY, 32),
          List.of(
              "mapped-copy",
              "shm-in-place",
              "shm-2threads",
              "agrona-spsc",
              "agrona-spsc-claim",
              "fifo-in-place",
              "unix-in-place",
              "jdk-fifo-batch",
              "jdk-unix",
              "unix-echo-1",
              "unix-echo-100",
              "netty-epoll-unix-batch",
              "chronicle*",
              "grpc*",
              "rsocket*"),
          new Question(Measure.ONE_WAY, 64 * 1024),
          List.of("mapped-copy", "shm-in-place", "agrona-spsc", "unix-in-place"),
          new Question(Measure.IDLE, 32),
          List.of("shm-echo-1", "unix-echo-1", "tcp-echo-1", "fifo-echo-1"));

  private static final List<Integer> SIZES = List.of(32, 256, 1024, 64 * 1024, 1 << 20);

  /** They take their time, or ask about something else than the size. */
  private static final List<String> SPECIAL = List.of("-echo-", "threads", "-connect");

  private static final Rivals RARE =
      Rivals.of(
          "junixsocket-stream*",
          "junixsocket-default",
          "jdk-fifo-chunk4k",
          "jdk-fifo-chunk16k",
          "jdk-fifo-chunk32k");

  /** They are for round trips. */
  private static final Rivals SLOWER = Rivals.of("*-default", "*shared-driver*");

  private final Map<Question, Set<Entry>> entries = new LinkedHashMap<>();

  private Plan() {}

  /** The least: the most important targets, without rivals that are seldom the best. */
  static Plan quick(Catalog catalog) {
    Plan plan = new Plan();
    for (Target target : Targets.all()) {
      Question question = target.asked().question();
      boolean important = question.size() == 32 || question.size() == 64 * 1024;
      boolean swift = List.of(Measure.ROUND_TRIP, Measure.ONE_WAY).contains(question.measure());
      if (important && swift && !special(target.ours())) {
        plan.add(question, catalog, name -> target.concerns(name) && !rare(question, name));
      }
    }
    return plan;
  }

  /** All targets but those that take a minute each, and some figures beside them. */
  static Plan ordinary(Catalog catalog) {
    Plan plan = new Plan();
    targets(plan, catalog, Measure.ROUND_TRIP, Measure.ONE_WAY, Measure.IDLE);
    BESIDE.forEach((question, names) -> plan.add(question, catalog, new Rivals(names)::include));
    return plan;
  }

  /** Every system, every size. */
  static Plan full(Catalog catalog) {
    Plan plan = ordinary(catalog).with(Measure.RESTED, catalog);
    for (Measure measure : List.of(Measure.ROUND_TRIP, Measure.ONE_WAY)) {
      for (int size : SIZES) {
        plan.add(new Question(measure, size), catalog, name -> size == 32 || !special(name));
      }
    }
    return plan;
  }

  /** With the targets of one more measure. */
  Plan with(Measure measure, Catalog catalog) {
    targets(this, catalog, measure);
    return this;
  }

  /** These systems, measures and sizes. */
  static Plan of(Catalog catalog, List<Measure> measures, List<Integer> sizes, Rivals systems) {
    Plan plan = new Plan();
    for (Measure measure : measures) {
      for (int size : measure == Measure.IDLE ? List.of(32) : sizes) {
        plan.add(new Question(measure, size), catalog, systems::include);
      }
    }
    return plan;
  }

  /** Only some of it; an empty list means all. */
  Plan only(List<Measure> measures, List<Integer> sizes, Rivals systems) {
    Plan plan = new Plan();
    entries.forEach(
        (question, all) -> {
          if ((measures.isEmpty() || measures.contains(question.measure()))
              && (sizes.isEmpty() || sizes.contains(question.size()))) {
            Set<Entry> some = new LinkedHashSet<>(all);
            if (!systems.patterns().isEmpty()) {
              some.removeIf(entry -> !systems.include(entry.name()));
            }
            if (!some.isEmpty()) {
              plan.entries.put(question, some);
            }
          }
        });
    return plan;
  }

  List<Question> questions() {
    return List.copyOf(entries.keySet());
  }

  /** In the order in which they are to be run. */
  List<Heat> heats() {
    return entries.entrySet().stream()
        .flatMap(entry -> Heat.of(entry.getKey(), entry.getValue()).stream())
        .toList();
  }

  private static void targets(Plan plan, Catalog catalog, Measure... measures) {
    for (Target target : Targets.all()) {
      if (List.of(measures).contains(target.asked().question().measure())) {
        plan.add(target.asked().question(), catalog, target::concerns);
      }
    }
  }

  private interface Names {
    boolean include(String name);
  }

  private void add(Question question, Catalog catalog, Names names) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : catalog.entries()) {
      boolean able =
          entry.contender().works().contains(question.work())
              && (question.measure() != Measure.IDLE || entry.name().contains("-echo-"));
      if (able && names.include(entry.name())) {
        found.add(entry);
      }
    }
    if (!found.isEmpty()) {
      entries.computeIfAbsent(question, q -> new LinkedHashSet<>()).addAll(found);
    }
  }

  /** Whether a system is seldom the best of its kind. */
  private static boolean rare(Question question, String name) {
    boolean slower = question.measure() == Measure.ONE_WAY && SLOWER.include(name);
    return slower || RARE.include(name);
  }

  private static boolean special(String name) {
    return SPECIAL.stream().anyMatch(name::contains);
  }
}
