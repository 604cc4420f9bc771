// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.WaitStrategy;
import java.nio.ByteBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An answer gets a cache line of its own, a stream is packed. */
@Tag("portable")
class AnswerTest {
  private static final int CAPACITY = 4096;
  private static final ByteBuffer MESSAGE = ByteBuffer.allocate(32);

  private final Ring in = Rings.kinds().get(0).ring(CAPACITY);
  private final Ring out = Rings.kinds().get(0).ring(CAPACITY);
  private final RingWriter peer = Rings.writer(in);
  private final RingReader sent = Rings.reader(out);
  private final Outflow outflow =
      new Outflow(Rings.writer(out), new Lease(), WaitStrategy.sleeping(), () -> {});
  private final Inflow inflow =
      new Inflow(Rings.reader(in), new Lease(), CAPACITY, outflow::answerNext);

  private void receive() {
    assertTrue(peer.offer(MESSAGE, SegmentLayout.LAST));
    assertEquals(1, inflow.take(message -> {}, 10));
  }

  private long lengthOfNext() {
    long before = sent.position();
    assertTrue(outflow.offer(MESSAGE));
    assertEquals(1, sent.take((part, flags) -> {}, 10));
    return sent.position() - before;
  }

  @Test
  void theFirstMessageAfterOneThatWasWaitedFor() {
    assertEquals(40, lengthOfNext());
    assertTrue(inflow.isEmpty());
    receive();
    assertEquals(24, lengthOfNext() % 64, "up to the end of the line");
    assertEquals(40, lengthOfNext());
  }

  @Test
  void anEmptyTakeIsALookToo() {
    assertEquals(0, inflow.take(message -> {}, 10));
    receive();
    assertEquals(64, lengthOfNext());
  }

  @Test
  void notAfterOneThatWasThereAlready() {
    receive();
    assertEquals(40, lengthOfNext());
  }

  @Test
  void withoutRoomItIsPacked() {
    while (outflow.hasRoom(MESSAGE.remaining() + 40)) {
      assertTrue(outflow.offer(MESSAGE));
    }
    assertTrue(outflow.hasRoom(MESSAGE.remaining()));
    assertTrue(inflow.isEmpty());
    receive();
    assertTrue(outflow.offer(MESSAGE));
    assertFalse(outflow.hasRoom(MESSAGE.remaining()));
  }

  @Test
  void aShortOneTakesTheBaton() {
    AtomicBuffer line = Rings.kinds().get(0).line();
    Baton theirs = Baton.first(line);
    Baton ours = Baton.second(line);
    RingReader answers = new RingReader(out, theirs);
    Outflow flow =
        new Outflow(new RingWriter(out, ours), new Lease(), WaitStrategy.sleeping(), () -> {});
    Inflow questions =
        new Inflow(new RingReader(in, ours), new Lease(), CAPACITY, flow::answerNext);
    assertTrue(new RingWriter(in, theirs).pass(MESSAGE, true));
    assertEquals(1, questions.take(message -> assertTrue(flow.offer(message)), 10));
    assertEquals(1, answers.take((part, flags) -> assertEquals(MESSAGE, part), 10));
    assertEquals(0, answers.position());
    assertTrue(flow.offer(MESSAGE), "not our turn");
    assertEquals(1, answers.take((part, flags) -> {}, 10));
    assertEquals(40, answers.position());
  }
}
