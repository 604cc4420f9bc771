// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.util.Arrays;
import java.util.Locale;

/** Tells the bar how far the tour is: by bytes for the content, by the clock for measurements. */
final class Progress {
  private final Bar bar;
  private final Content content;
  private final double seconds;
  private final int steps;
  private int step = -1;
  private String title = "";
  private Phase phase = Phase.CONTENT;
  private long phaseStart;
  private double contentDone;

  Progress(Bar bar, Content content, double seconds, int steps) {
    this.bar = bar;
    this.content = content;
    this.seconds = seconds;
    this.steps = steps;
  }

  /** The next transport. */
  void begin(String name) {
    step++;
    title = name;
    phase = Phase.CONTENT;
    phaseStart = System.nanoTime();
    contentDone = 0;
    tick();
  }

  void hear(Line line) {
    if (line.word() == Line.Word.PHASE) {
      phase = Phase.valueOf(line.value());
      phaseStart = System.nanoTime();
    } else if (line.word() == Line.Word.SENT) {
      contentDone = Double.parseDouble(line.value()) / Math.max(1, content.length());
    }
  }

  void tick() {
    double done = (step + (phasesBefore() + withinPhase()) / Phase.values().length) / steps;
    bar.show(done, String.format(Locale.ROOT, "%s %s", title, phase.title()));
  }

  private int phasesBefore() {
    return Arrays.asList(Phase.values()).indexOf(phase);
  }

  private double withinPhase() {
    if (phase == Phase.CONTENT) {
      return contentDone;
    }
    double expected = phase.warmUp(seconds).plus(phase.run(seconds)).toNanos();
    return Math.min(1, (System.nanoTime() - phaseStart) / Math.max(1, expected));
  }
}
