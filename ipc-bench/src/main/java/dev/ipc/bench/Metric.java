// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** A figure of a sample. */
enum Metric {
  P50("p50", "ns"),
  P90("p90", "ns"),
  P99("p99", "ns"),
  P999("p99.9", "ns"),
  MAX("max", "ns"),
  /** Messages that were received in a second. */
  RATE("messages/s", "/s"),
  MEGABYTES("MB/s", "MB/s"),
  /** Bytes for a message: one way of both processes, for round trips of the client. */
  ALLOCATION("allocation/message", "B"),
  /** Of the busier process, the share of a processor. */
  CPU("CPU", "of a core"),
  /** Resident memory of both processes. */
  MEMORY("resident", "B");

  private final String title;
  private final String unit;

  Metric(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  boolean lowerIsBetter() {
    return this != RATE && this != MEGABYTES;
  }
}
