// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpinTimeTest {
  private static final long SPIN = 50;

  private final SpinTime time = new SpinTime();
  private long now = 1_000;

  /** How long it lasts after traffic. */
  private long spin() {
    time.traffic(SPIN);
    long begin = now;
    while (time.lasts(now)) {
      now++;
    }
    return now - begin;
  }

  /** How often it ends, when traffic comes with this period, after the first while. */
  private int ends(int period) {
    int ends = 0;
    for (int i = 0; i < 20; i++) {
      time.traffic(SPIN);
      long next = now + period;
      boolean lasts = true;
      for (; now < next; now++) {
        lasts = !time.isOver() && time.lasts(now);
      }
      ends += lasts || i < 4 ? 0 : 1;
    }
    return ends;
  }

  @Test
  void itLastsAsLongAsItIsTold() {
    assertTrue(time.isOver());
    assertEquals(SPIN, spin());
    assertTrue(time.isOver());
  }

  @Test
  void theLongestWishCounts() {
    time.traffic(SPIN);
    time.traffic(10);
    assertTrue(time.lasts(now));
    assertTrue(time.lasts(now + SPIN - 1));
    time.end();
    assertTrue(time.isOver());
  }

  @Test
  void aLittleLongerSavesSleeping() {
    assertEquals(0, ends(79));
    assertEquals(0, ends(190));
  }

  @Test
  void whatDoesNotSaveSleepingIsNotDone() {
    assertEquals(16, ends(240));
    assertEquals(SPIN, spin());
  }

  @Test
  void aLongPauseEndsIt() {
    assertEquals(0, ends(79));
    now += 10_000;
    assertFalse(time.lasts(now));
    assertEquals(SPIN, spin());
  }

  @Test
  void whoStaysJustTooLateGetsNoMore() {
    assertEquals(0, ends(190));
    assertEquals(16, ends(250));
    now += 200;
    assertEquals(SPIN, spin());
  }
}
