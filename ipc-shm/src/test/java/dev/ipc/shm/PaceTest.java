// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final int RECORD = 40;

  private final Pace pace = new Pace();

  /** Looks at a stream of which so many messages come during one spin wait, and some in between. */
  private void look(double perStep) {
    int messages = 2 + (int) (perStep * pace.steps());
    pace.took(messages, (long) messages * RECORD);
  }

  private void fastStream() {
    pace.took(5, 5 * RECORD); // these piled up while the handler was at work
    for (int i = 0; i < 1000; i++) {
      look(2);
    }
  }

  @Test
  void whatComesAloneIsTakenAtOnce() {
    fastStream();
    pace.took(1, RECORD);
    assertEquals(0, pace.steps());
  }

  @Test
  void aFastStreamIsKeptAtADistance() {
    fastStream();
    long bytes = 2L * pace.steps() * RECORD;
    assertTrue(bytes > 8_000 && bytes < 17_000, "bytes=" + bytes);
  }

  @Test
  void aSlowStreamIsNot() {
    fastStream();
    for (int i = 0; i < 50; i++) {
      look(0.1);
    }
    assertTrue(pace.steps() <= 16, "steps=" + pace.steps());
  }

  @Test
  void aReaderThatIsFarBehindDoesNotRest() {
    fastStream();
    for (int i = 0; i < 100; i++) {
      pace.took(256, 256 * 264);
    }
    assertEquals(0, pace.steps());
  }
}
