// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.List;

/**
 * Whom a target compares with: the best of several systems.
 *
 * @param patterns names, in which {@code *} stands for anything
 */
record Rivals(List<String> patterns) {
  /** Nobody: the figure itself is looked at. */
  static final Rivals NONE = new Rivals(List.of());

  static Rivals of(String... patterns) {
    return new Rivals(List.of(patterns));
  }

  boolean include(String system) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, system));
  }

  /** The patterns for which there is no system. */
  List<String> missing(List<String> systems) {
    return patterns.stream()
        .filter(pattern -> systems.stream().noneMatch(system -> matches(pattern, system)))
        .toList();
  }

  static boolean matches(String pattern, String system) {
    return system.matches(pattern.replace("*", ".*"));
  }
}
