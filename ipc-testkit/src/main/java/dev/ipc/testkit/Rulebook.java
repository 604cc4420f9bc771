// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules, as the contract states them and as the kit tests them: number to name of the test. */
public final class Rulebook {
  private static final Pattern ROW = Pattern.compile("\\| (\\d+\\.\\d+) \\|.*\\| `(\\w+)` \\|");

  private static final List<Class<? extends Chapter>> CHAPTERS =
      List.of(
          NamesChapter.class,
          MessagesChapter.class,
          FlowChapter.class,
          TimeChapter.class,
          ClosingChapter.class,
          CrashChapter.class,
          ManyPeersChapter.class);

  private Rulebook() {}

  /**
   * The rules of a contract.
   *
   * @param contract {@code CONTRACT.md}
   * @return the name of the test by the number of the rule
   * @throws IOException if it cannot be read
   * @throws IllegalStateException if a number stands there twice
   */
  public static Map<String, String> of(Path contract) throws IOException {
    Map<String, String> rules = new TreeMap<>();
    for (String line : Files.readAllLines(contract)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        add(rules, row.group(1), row.group(2));
      }
    }
    return rules;
  }

  /**
   * The rules that the kit tests.
   *
   * @return the name of the test by the number of the rule
   * @throws IllegalStateException if a rule has two tests
   */
  public static Map<String, String> ofKit() {
    Map<String, String> rules = new TreeMap<>();
    for (Class<? extends Chapter> chapter : CHAPTERS) {
      for (Method method : chapter.getDeclaredMethods()) {
        Rule rule = method.getAnnotation(Rule.class);
        if (rule != null) {
          add(rules, rule.value(), method.getName());
        }
      }
    }
    return rules;
  }

  /**
   * The rules of the kit that none of these mutants breaks.
   *
   * @param mutants each with {@link Breaks}
   * @return the numbers
   */
  public static List<String> notBrokenBy(Collection<Class<? extends Mutant>> mutants) {
    List<String> rules = new ArrayList<>(ofKit().keySet());
    for (Class<? extends Mutant> mutant : mutants) {
      rules.removeAll(List.of(mutant.getAnnotation(Breaks.class).value()));
    }
    return rules;
  }

  private static void add(Map<String, String> rules, String number, String test) {
    String other = rules.put(number, test);
    if (other != null) {
      throw new IllegalStateException("twice, rule=" + number + ": " + test + ", " + other);
    }
  }
}
