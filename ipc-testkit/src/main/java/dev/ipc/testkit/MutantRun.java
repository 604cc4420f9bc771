// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Proves the kit: runs rules against mutants and compares, exactly, which are red: those of the
 * chapters where a mutant is to be seen, or with {@code ipc.mutants=all} all of them. The mutants
 * are shared out among a few other processes, with short deadlines and counts. One whose verdict is
 * not the declared one is tried once more, alone and with patience: a busy machine can turn a rule
 * red for a moment, but not green.
 *
 * <p>Needs the JUnit platform launcher at run time. Not for several threads at once.
 */
public final class MutantRun {
  private static final List<String> HASTY =
      List.of("-Dipc.scale=0.02", "-Dipc.patience=1.5", "-Dipc.timeFactor=0.4", "-Dipc.limit=6");
  private static final List<String> PATIENT =
      List.of("-Dipc.scale=0.02", "-Dipc.patience=6", "-Dipc.timeFactor=1", "-Dipc.limit=20");

  private final Class<? extends TransportContract> contract;
  private final Map<Class<? extends Mutant>, String> why = new ConcurrentHashMap<>();

  private MutantRun(Class<? extends TransportContract> contract) {
    this.contract = contract;
  }

  /**
   * Runs mutants of a transport.
   *
   * @param contract the contract class of the sound transport
   * @param mutants each with {@link Breaks}
   * @param workers how many processes at once: the rules mostly wait, but those that fork do not
   * @return a line for each mutant whose red rules are not exactly the declared ones
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  public static List<String> differences(
      Class<? extends TransportContract> contract,
      Collection<Class<? extends Mutant>> mutants,
      int workers)
      throws InterruptedException {
    MutantRun run = new MutantRun(contract);
    List<Class<? extends Mutant>> doubtful = run.differing(mutants, HASTY, workers);
    List<String> lines = new ArrayList<>();
    for (Class<? extends Mutant> mutant : run.differing(doubtful, PATIENT, 1)) {
      lines.add(mutant.getSimpleName() + " " + run.why.get(mutant));
    }
    return lines;
  }

  private List<Class<? extends Mutant>> differing(
      Collection<Class<? extends Mutant>> mutants, List<String> options, int workers)
      throws InterruptedException {
    Queue<Class<? extends Mutant>> left = new ConcurrentLinkedQueue<>(mutants);
    Queue<Class<? extends Mutant>> differing = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(workers, mutants.size()); i++) {
      Thread thread = new Thread(() -> work(left, differing, options), "kit mutant worker");
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(differing);
  }

  private static String rules(Set<String> declared) {
    return System.getProperty("ipc.mutants", "").equals("all")
        ? ""
        : declared.stream()
            .map(rule -> rule.substring(0, rule.indexOf('.') + 1))
            .distinct()
            .collect(Collectors.joining(","));
  }

  private void work(
      Queue<Class<? extends Mutant>> left,
      Queue<Class<? extends Mutant>> differing,
      List<String> options) {
    try (MutantWorker worker = new MutantWorker(contract, options)) {
      Class<? extends Mutant> mutant;
      while ((mutant = left.poll()) != null) {
        Set<String> declared = Set.of(mutant.getAnnotation(Breaks.class).value());
        Map<String, String> red = worker.red(mutant, rules(declared));
        if (!red.keySet().equals(declared)) {
          differing.add(mutant);
          why.put(mutant, "declared=" + new TreeSet<>(declared) + ", red=" + red);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
