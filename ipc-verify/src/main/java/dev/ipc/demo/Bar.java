// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.PrintStream;
import java.util.Locale;

/** A progress bar in one line of a terminal, or nothing. */
final class Bar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final int LINE = 78;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream out;
  private final Style style;
  private final long start = System.nanoTime();
  private long drawn = start - REDRAW_NANOS;
  private double fraction;

  Bar(PrintStream out, Style style) {
    this.out = out;
    this.style = style;
  }

  /** Shows how far it is; never goes back. */
  void show(double done, String what) {
    fraction = Math.max(fraction, Math.min(1, done));
    long now = System.nanoTime();
    if (!style.terminal() || now - drawn < REDRAW_NANOS) {
      return;
    }
    drawn = now;
    int filled = (int) Math.round(fraction * WIDTH);
    String text =
        String.format(
            Locale.ROOT,
            "%s%s %3d %%  %s  %d s",
            style.full().repeat(filled),
            style.empty().repeat(WIDTH - filled),
            Math.round(fraction * 100),
            what,
            (now - start) / 1_000_000_000);
    out.print("\r" + pad(text));
    out.flush();
  }

  /** Removes it. */
  @Override
  public void close() {
    if (style.terminal()) {
      out.print("\r" + pad("") + "\r");
      out.flush();
    }
  }

  private static String pad(String text) {
    return text.length() > LINE ? text.substring(0, LINE) : text + " ".repeat(LINE - text.length());
  }
}
