// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Capability;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks the one test of a rule of {@code CONTRACT.md}. A test that takes a {@code Variant} runs for
 * both forms of receiving on both sides of a connection, any other once. Each run has its own rig
 * and a limit that dumps the threads.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(RuleRunner.class)
@SuppressWarnings("exports") // the runner is for JUnit alone
public @interface Rule {
  /**
   * The number of the rule.
   *
   * @return such as {@code 2.4}
   */
  String value();

  /**
   * What a transport must be able to do for the rule to apply; without it the test is skipped and
   * says so.
   *
   * @return empty for a rule that holds for every transport
   */
  Capability[] needs() default {};
}
