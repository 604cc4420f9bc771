// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** The table of all transports and what it means. */
final class Report {
  private static final String NOTHING = "-";
  private static final double SHORTER = 5;
  private static final double RATE = 10e6;
  private static final double BUSY = 0.25;

  private final Content content;
  private final Cores cores;
  private final double seconds;
  private final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();

  /** Made before the measurements: it notes how busy the machine is. */
  Report(Content content, Cores cores, double seconds) {
    this.content = content;
    this.cores = cores;
    this.seconds = seconds;
  }

  List<String> lines(List<Row> rows, Row baseline, String rule) {
    Table table =
        new Table(
            "transport",
            "messages",
            "MB",
            "verified",
            "round trip p50",
            "p99",
            "messages/s",
            "MB/s",
            "close reason");
    rows.forEach(row -> table.add(cells(row)));
    table.add(cells(baseline));
    List<String> lines = new ArrayList<>(table.lines(rule));
    lines.add("");
    lines.addAll(meaning());
    rows.stream()
        .filter(row -> row.name().equals("unix:"))
        .forEach(row -> lines.addAll(targets(row, baseline)));
    return lines;
  }

  private List<String> cells(Row row) {
    if (!row.note().isEmpty()) {
      return List.of(row.name(), row.note());
    }
    boolean carried = row.said().containsKey(Line.Word.VERIFIED_BACK);
    return List.of(
        row.name(),
        cell(row.number(Line.Word.MESSAGES), n -> String.format(Locale.ROOT, "%,.0f", n)),
        carried ? megabytes(content.length()) : NOTHING,
        carried ? "both ways" : NOTHING,
        cell(row.roundTrip(0), Row::time),
        cell(row.roundTrip(1), Row::time),
        cell(row.number(Line.Word.RATE), Row::rate),
        cell(
            row.number(Line.Word.BANDWIDTH),
            bytes -> String.format(Locale.ROOT, "%,.0f", bytes / 1e6)),
        row.said().getOrDefault(Line.Word.CLOSED, NOTHING));
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, bytes < 1_000_000 ? "%.3f" : "%,.1f", bytes / 1e6);
  }

  private static String cell(OptionalDouble value, DoubleFunction<String> text) {
    return value.isPresent() ? text.apply(value.getAsDouble()) : NOTHING;
  }

  private List<String> meaning() {
    List<String> lines = new ArrayList<>(columns());
    if (load > cores.count() * BUSY) {
      lines.add(
          String.format(
              Locale.ROOT,
              "note          other work was running at the start, load average %.1f on %d CPUs:"
                  + " times are worse than they could be",
              load,
              cores.count()));
    }
    return lines;
  }

  private List<String> columns() {
    return List.of(
        "messages, MB  the content, each way; SHA-256 compared on the far side and again on return",
        String.format(
            Locale.ROOT,
            "round trip    32 bytes, the reply sent from the handler, adaptive waiting;"
                + " %s s after %s s of warm-up",
            Phase.ROUND_TRIP.run(seconds).toMillis() / 1e3,
            Phase.ROUND_TRIP.warmUp(seconds).toMillis() / 1e3),
        String.format(
            Locale.ROOT,
            "messages/s    32 bytes one way, all handled; %s s after %s s of warm-up",
            Phase.RATE.run(seconds).toMillis() / 1e3,
            Phase.RATE.warmUp(seconds).toMillis() / 1e3),
        String.format(
            Locale.ROOT,
            "MB/s          64 KiB messages one way, all handled; %s s after %s s of warm-up",
            Phase.BANDWIDTH.run(seconds).toMillis() / 1e3,
            Phase.BANDWIDTH.warmUp(seconds).toMillis() / 1e3),
        cores.pinned()
            ? "processes     pinned: server to CPU "
                + cores.pair().get(0)
                + ", client to CPU "
                + cores.pair().get(1)
                + " (inproc: is one process, not pinned)"
            : "processes     not pinned (needs two CPUs and taskset): times vary more");
  }

  private static List<String> targets(Row row, Row baseline) {
    List<String> lines = new ArrayList<>();
    OptionalDouble ours = row.roundTrip(0);
    OptionalDouble theirs = baseline.roundTrip(0);
    if (ours.isPresent() && theirs.isPresent()) {
      double ratio = theirs.getAsDouble() / ours.getAsDouble();
      lines.add(
          String.format(
              Locale.ROOT,
              "unix:         round trip %.1f times shorter than a blocking JDK SocketChannel's"
                  + " (target: %.0f; %s)",
              ratio,
              SHORTER,
              verdict(ratio, SHORTER)));
    }
    OptionalDouble rate = row.number(Line.Word.RATE);
    if (rate.isPresent()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "unix:         %s messages/s (target: %s; %s)",
              Row.rate(rate.getAsDouble()),
              Row.rate(RATE),
              verdict(rate.getAsDouble(), RATE)));
    }
    return lines;
  }

  private static String verdict(double value, double target) {
    return value >= target ? "reached" : "missed";
  }
}
