// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.PrintStream;

/** One line of a terminal that says what happens now; in a log, nothing. */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 78;

  private final PrintStream out;
  private final Style style;
  private final long start = System.nanoTime();

  Progress(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  void show(String what) {
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    line(String.format(java.util.Locale.ROOT, "%4d s  %s", seconds, what));
  }

  /** Removes the line. */
  @Override
  public void close() {
    line("");
    if (style.terminal()) {
      out.print("\r");
      out.flush();
    }
  }

  private void line(String text) {
    if (style.terminal()) {
      String cut = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
      out.print("\r" + cut + " ".repeat(WIDTH - cut.length()));
      out.flush();
    }
  }
}
