// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Who sleeps is woken, in whatever order both sides look. */
class BellTest {
  private static final int CAPACITY = 4096;
  private static final ByteBuffer MESSAGE = ByteBuffer.allocate(8);

  private final Ring ring = Rings.kinds().get(0).ring(CAPACITY);
  private final RingWriter writer = Rings.writer(ring);
  private final Inflow inflow = new Inflow(Rings.reader(ring), new Lease(), CAPACITY, () -> {});

  private void send() {
    assertTrue(writer.offer(MESSAGE, SegmentLayout.LAST));
  }

  private int take() {
    return inflow.take(message -> {}, 10);
  }

  @Test
  void itRingsOncePerAnnouncement() {
    send();
    assertFalse(writer.bellWanted(), "nobody sleeps");
    assertEquals(1, take());
    inflow.announceSleep();
    send();
    assertTrue(writer.bellWanted());
    send();
    assertFalse(writer.bellWanted(), "it rang");
  }

  /** The sender looks so late that its message was taken, and the receiver sleeps again. */
  @Test
  void aBellForNothingLeavesNobodyAsleep() {
    send();
    assertEquals(1, take());
    inflow.announceSleep();
    assertTrue(writer.bellWanted(), "late, and for nothing");
    inflow.rang();
    assertTrue(inflow.isEmpty());
    inflow.announceSleep();
    send();
    assertTrue(writer.bellWanted(), "the announcement was made anew");
  }

  /** Only after a whole while is it certain that the peer has seen the announcement. */
  @Test
  void aSleepThatIsCutShortDoesNotMakeTheNextOneDeep() {
    long start = System.nanoTime();
    while (inflow.announceSleep() != Long.MAX_VALUE) {
      Thread.onSpinWait();
    }
    long took = System.nanoTime() - start;
    assertTrue(took >= SpinSet.SEEN_NANOS, "deep after ns=" + took);
  }
}
