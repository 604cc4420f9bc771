// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How much and how long: {@code ipc.scale} multiplies counts, {@code ipc.timeFactor} widens upper
 * bounds, {@code ipc.patience} is the time to wait for what must happen and {@code ipc.limit} the
 * time a rule may take, both in seconds. Read from the launcher's parameters, then from system
 * properties.
 */
record Limits(double scale, double timeFactor, Duration patience, Duration limit) {
  static Limits of(ExtensionContext context) {
    double factor = number(context, "ipc.timeFactor", 1);
    return new Limits(
        number(context, "ipc.scale", 1),
        factor,
        seconds(number(context, "ipc.patience", 20 * factor)),
        seconds(number(context, "ipc.limit", 90 * factor)));
  }

  /** All variants, or with {@code ipc.variants=few} every form and every side at least once. */
  static Stream<Variant> variants(ExtensionContext context) {
    String which = context.getConfigurationParameter("ipc.variants").orElse("all");
    return which.equals("few") ? Variant.few() : Variant.all();
  }

  /** A count of the contract, scaled, but at least so many that the rule still means something. */
  int count(int full, int least) {
    return (int) Math.max(least, Math.min(Integer.MAX_VALUE, full * scale));
  }

  /** The latest moment for something that is due after this time. */
  Duration late(Duration due) {
    return due.plus(seconds(timeFactor));
  }

  /** How long to look before believing that something does not happen. */
  Duration calm() {
    return Duration.ofMillis((long) (100 * Math.min(1, Math.max(0.3, scale))));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (1000 * seconds));
  }

  private static double number(ExtensionContext context, String key, double otherwise) {
    return context.getConfigurationParameter(key).map(Double::valueOf).orElse(otherwise);
  }
}
