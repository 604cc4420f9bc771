// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/**
 * One window of one contender.
 *
 * @param system the contender
 * @param round in which the contenders took turns
 * @param figures what it gave
 * @param disturbance what else happened
 */
record Sample(String system, int round, Figures figures, Disturbance disturbance) {
  boolean disturbed() {
    return disturbance.disturbed();
  }

  boolean has(Metric metric) {
    return figures.values().containsKey(metric);
  }

  double value(Metric metric) {
    return figures.values().get(metric);
  }
}
