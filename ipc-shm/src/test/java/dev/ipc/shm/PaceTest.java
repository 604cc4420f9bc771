// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final int RECORD = 40;
  private static final int RING = 1 << 20;

  private final Pace pace = new Pace();

  /** Looks at a stream of which so many messages come during one spin wait, and some in between. */
  private void look(double perStep) {
    int messages = 2 + (int) (perStep * pace.steps());
    pace.took(messages, (long) messages * RECORD, RING);
  }

  private void fastStream() {
    pace.took(5, 5 * RECORD, RING); // these piled up while the handler was at work
    for (int i = 0; i < 1000; i++) {
      look(2);
    }
  }

  @Test
  void whatComesAloneIsTakenAtOnce() {
    fastStream();
    pace.took(1, RECORD, RING);
    assertEquals(0, pace.steps());
  }

  @Test
  void questionsAndAnswersAreNoStream() {
    fastStream();
    pace.took(5, 0, RING);
    assertEquals(0, pace.steps());
  }

  @Test
  void aFastStreamIsKeptAtADistance() {
    fastStream();
    int messages = 2 * pace.steps();
    assertTrue(messages > 180 && messages < 300, "messages=" + messages);
  }

  /** Who rests for too long finds the ring full, and enough at every look. */
  @Test
  void aRestThatWasTooLongGetsShorter() {
    fastStream();
    for (int i = 0; i < 10_000; i++) {
      pace.took(256, 256 * RECORD, RING);
    }
    assertEquals(0, pace.steps());
  }

  @Test
  void largeMessagesAreNotLeftInTheRingForLong() {
    for (int i = 0; i < 1000; i++) {
      int messages = 3 + 2 * pace.steps();
      pace.took(messages, messages * 1032L, RING);
    }
    int messages = 2 * pace.steps();
    assertTrue(messages > 100 && messages < 140, "messages=" + messages);
  }

  @Test
  void aSmallRingDoesNotGetFullMeanwhile() {
    for (int i = 0; i < 1000; i++) {
      int messages = 3 + 2 * pace.steps();
      pace.took(messages, (long) messages * RECORD, 16 * 1024);
    }
    int bytes = 2 * pace.steps() * RECORD;
    assertTrue(bytes < 4 * 1024, "bytes=" + bytes);
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
      pace.took(256, 256 * 2064, RING);
    }
    assertEquals(0, pace.steps());
  }
}
