// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

/**
 * How many looks it usually takes until an answer is there. Who looks at a line before, takes it
 * away from the peer who is about to write it, and gets the answer later: so the first looks after
 * a question are left out.
 *
 * <p>It learns: a little more is left out after each answer that was looked for too early, a sixth
 * of that less after each one that was there at the first look. So one in seven is looked for too
 * early, where the times do not vary much. Answers that take long change nothing.
 *
 * <p>Two threads of one process use it, and nothing orders what they write: it is about speed only.
 */
final class AnswerTime {
  /** As many answers in time as one look too many weighs. */
  private static final int PATIENCE = 6;

  /** The looks left out change by one after so many early looks. */
  private static final int EARLY_LOOKS = 40;

  private static final int STEP = PATIENCE * EARLY_LOOKS;

  /** At most so many looks are left out: less than a microsecond where one takes 50 ns. */
  private static final int LONGEST = 16 * STEP;

  /** An answer that takes so many looks more is not a quick one. */
  private static final int LATE = 8;

  private int expected;
  private int leftOut;
  private int early;

  /** A question is sent. */
  void asked() {
    leftOut = expected / STEP;
    early = 0;
  }

  /** Whether a look makes sense; to be asked before each one. */
  boolean isDue() {
    if (leftOut > 0) {
      leftOut--;
      return false;
    }
    return true;
  }

  /** A look found nothing. */
  void tooEarly() {
    early++;
  }

  /** The answer is there. */
  void answered() {
    if (early == 0) {
      expected = Math.max(0, expected - 1);
    } else if (early <= LATE) {
      expected = Math.min(expected + PATIENCE, LONGEST);
    }
  }
}
