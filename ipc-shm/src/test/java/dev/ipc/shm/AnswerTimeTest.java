// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Looks are left out until just before the answer, and never many. */
@Tag("portable")
class AnswerTimeTest {
  private static final int MANY = 20_000;

  private final AnswerTime time = new AnswerTime();
  private int leftOut;
  private int early;

  /** Asks; the answer is there at this look, and an early look makes it come a look later. */
  private void ask(int look) {
    leftOut = 0;
    early = 0;
    time.asked();
    for (int i = 0; true; i++) {
      if (!time.isDue()) {
        leftOut++;
      } else if (i >= look + Math.min(early, 1)) {
        break;
      } else {
        early++;
        time.tooEarly();
      }
    }
    time.answered();
  }

  private void askOften(int look) {
    for (int i = 0; i < MANY; i++) {
      ask(look);
    }
  }

  @Test
  void atFirstNoneIsLeftOut() {
    ask(3);
    assertEquals(0, leftOut);
    assertEquals(4, early);
  }

  @Test
  void theLooksBeforeTheAnswer() {
    askOften(5);
    int inTime = 0;
    for (int i = 0; i < MANY; i++) {
      ask(5);
      assertTrue(leftOut == 4 || leftOut == 5, "leftOut=" + leftOut);
      inTime += early == 0 ? 1 : 0;
    }
    assertTrue(inTime > 0.8 * MANY && inTime < MANY, "inTime=" + inTime);
  }

  @Test
  void anAnswerThatComesSoonerIsFoundSoonAgain() {
    askOften(12);
    askOften(2);
    ask(2);
    assertTrue(leftOut <= 2, "leftOut=" + leftOut);
  }

  @Test
  void slowAnswersAreLookedForAtOnce() {
    askOften(100);
    ask(100);
    assertEquals(0, leftOut);
  }

  @Test
  void neverMany() {
    for (int look = 0; look < 40; look++) {
      askOften(look);
      ask(look);
      assertTrue(leftOut <= 16, "leftOut=" + leftOut);
    }
  }
}
