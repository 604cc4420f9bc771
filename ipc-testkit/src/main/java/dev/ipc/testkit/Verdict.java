// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What one run of a contract class says: the rules that are red, and why. */
final class Verdict implements TestExecutionListener {
  private final Map<String, String> red = new TreeMap<>();
  private final Set<String> applied = new TreeSet<>();

  private Verdict() {}

  /** Runs the whole contract with these parameters of the launcher. */
  static Verdict on(Class<?> contract, Map<String, String> parameters) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(contract))
            .configurationParameters(parameters)
            .build();
    Verdict verdict = new Verdict();
    LauncherFactory.create().execute(request, verdict);
    return verdict;
  }

  /** Each red rule with the first failure. */
  Map<String, String> red() {
    return red;
  }

  /** The rules that were not skipped. */
  Set<String> applied() {
    return applied;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() && result.getStatus() != Status.ABORTED) {
      applied.add(rule(test));
    }
    if (result.getStatus() == Status.FAILED) {
      String why = test.getDisplayName() + ": " + result.getThrowable().orElse(null);
      red.putIfAbsent(rule(test), why.lines().findFirst().orElse(why));
    }
  }

  private static String rule(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
        .map(Rule::value)
        .orElse("outside of the rules: " + test.getDisplayName());
  }
}
