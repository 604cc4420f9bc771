// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.util.ArrayList;
import java.util.List;

/** Text in aligned columns: the first and the last to the left, the others to the right. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    this.head = List.of(head);
  }

  /** Adds a row; one that is shorter than the head ends in a text across the rest. */
  void add(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  /** The lines. */
  List<String> lines(String rule) {
    int[] widths = new int[head.size()];
    measure(widths, head);
    rows.stream().filter(row -> row.size() == head.size()).forEach(row -> measure(widths, row));
    rows.forEach(row -> widths[0] = Math.max(widths[0], row.get(0).length()));
    List<String> lines = new ArrayList<>();
    lines.add(line(widths, head));
    int total = GAP.length() * (widths.length - 1);
    for (int width : widths) {
      total += width;
    }
    lines.add(rule.repeat(total));
    rows.forEach(row -> lines.add(line(widths, row)));
    return lines;
  }

  private static void measure(int[] widths, List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
  }

  private static String line(int[] widths, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String space = " ".repeat(Math.max(0, widths[i] - cell.length()));
      boolean left = i == 0 || i == cells.size() - 1;
      line.append(i == 0 ? "" : GAP).append(left ? cell + space : space + cell);
    }
    return line.toString().stripTrailing();
  }
}
