// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.lang.reflect.Constructor;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Finds mutants by the names of their classes. */
final class Mutants {
  static final String PARAMETER = "ipc.mutant";

  private Mutants() {}

  /** The one that the launcher's parameter names; null without it. */
  static Mutant of(ExtensionContext context) {
    return context.getConfigurationParameter(PARAMETER).map(Mutants::named).orElse(null);
  }

  static Mutant named(String className) {
    try {
      Constructor<?> constructor = Class.forName(className).getDeclaredConstructor();
      constructor.setAccessible(true);
      return (Mutant) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("not a mutant, class=" + className, e);
    }
  }
}
