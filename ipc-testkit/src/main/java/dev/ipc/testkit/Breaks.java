// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rules that a {@link Mutant} breaks: these and no others must be red. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Breaks {
  /**
   * The numbers of the rules.
   *
   * @return such as {@code 2.4}
   */
  String[] value();
}
