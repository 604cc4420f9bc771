// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.PrintStream;
import java.util.Locale;

/** One line that a child process writes to its parent: a word and its value. */
record Line(Word word, String value) {
  /** What a child can say. */
  enum Word {
    /** The server listens; the endpoint. */
    READY,
    /** The client begins a {@link Phase}. */
    PHASE,
    /** Bytes of content sent so far. */
    SENT,
    /** The client is done with the content: messages each way. */
    MESSAGES,
    /** Files that were equal on the far side. */
    VERIFIED_THERE,
    /** Files that were equal after coming back. */
    VERIFIED_BACK,
    /** The median and the 99th percentile, in nanoseconds, with a space between. */
    ROUND_TRIP,
    /** Messages of 32 bytes per second. */
    RATE,
    /** Bytes per second in messages of 64 KiB. */
    BANDWIDTH,
    /** How the server saw the client's channels end. */
    CLOSED,
    /** What went wrong. */
    FAILED,
    /** What went wrong, probably because something went wrong on the other side. */
    FAILED_TOO,
    /** All went well. */
    DONE
  }

  static Line of(String text) {
    int space = text.indexOf(' ');
    try {
      return new Line(
          Word.valueOf(text.substring(0, Math.max(0, space))), text.substring(space + 1));
    } catch (IllegalArgumentException e) {
      return new Line(Word.FAILED, "a process of the demo printed something else: " + text);
    }
  }

  /** Writes it; any thread. */
  void say(PrintStream out) {
    String text = word + " " + value.replaceAll("\\R", " | ");
    synchronized (out) {
      out.println(text);
      out.flush();
    }
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
