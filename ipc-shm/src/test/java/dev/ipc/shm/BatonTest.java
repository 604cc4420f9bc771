// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.CloseReason;
import dev.ipc.spi.ProtocolViolation;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Short messages by turns in one line, in one order with those in the rings. */
@Tag("portable")
class BatonTest {
  private static final int CAPACITY = 1024;
  private static final int HOSTILE_STATES = 1_000_000;

  /** One side, and what it has taken. */
  private static final class Side {
    final RingWriter writer;
    final RingReader reader;
    final List<String> taken = new ArrayList<>();

    Side(Ring out, Ring in, Baton baton) {
      writer = new RingWriter(out, baton);
      reader = new RingReader(in, baton);
    }

    boolean passes(int number, int length) {
      return writer.pass(message(number, length), true);
    }

    void offers(int number, int length) {
      assertTrue(writer.offer(message(number, length), LAST));
    }

    List<String> takes(int limit) {
      taken.clear();
      reader.take((part, flags) -> taken.add(Rings.text(Rings.copy(part), flags)), limit);
      return taken;
    }
  }

  private final Ring there;
  private final Ring back;
  private final AtomicBuffer line;

  BatonTest() {
    Rings.Kind kind = Rings.kinds().get(0);
    there = kind.ring(CAPACITY);
    back = kind.ring(CAPACITY);
    line = kind.line();
  }

  private Side first() {
    return new Side(there, back, Baton.first(line));
  }

  private Side second() {
    return new Side(back, there, Baton.second(line));
  }

  /** One for which something happens before each look at a header in its ring. */
  private Side secondThatIsSlow(Runnable beforeLook) {
    AtomicBuffer data =
        (AtomicBuffer)
            Proxy.newProxyInstance(
                BatonTest.class.getClassLoader(),
                new Class<?>[] {AtomicBuffer.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("getLongAcquire")) {
                    beforeLook.run();
                  }
                  return method.invoke(there.data(), arguments);
                });
    return new Side(back, new Ring(there.words(), data), Baton.second(line));
  }

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  private static ByteBuffer message(int number, int length) {
    return ByteBuffer.wrap(Rings.message(number, length));
  }

  private static String text(int number, int length) {
    return Rings.text(Rings.message(number, length), LAST);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void itGoesToAndFro(Rings.Kind kind) {
    AtomicBuffer own = kind.line();
    Side one = new Side(there, back, Baton.first(own));
    Side other = new Side(back, there, Baton.second(own));
    for (int number = 0; number < 1000; number++) {
      int length = number % (Baton.LONGEST + 1);
      assertTrue(one.reader.isEmpty() && other.reader.isEmpty());
      assertFalse(other.passes(number, length));
      assertTrue(one.passes(number, length));
      assertFalse(one.passes(number, length));
      assertFalse(other.reader.isEmpty());
      assertTrue(other.reader.hasMessage() && one.reader.isEmpty());
      assertEquals(List.of(text(number, length)), other.takes(9));
      assertEquals(List.of(), one.takes(9));
      Side next = one;
      one = other;
      other = next;
    }
    assertEquals(0, one.reader.position() + other.reader.position(), "through a ring");
  }

  @Test
  void whatCanGoWithItIsNotAppendedToTheRing() {
    Side one = first();
    assertFalse(one.writer.append(message(1, Baton.LONGEST)));
    assertTrue(one.writer.append(message(2, Baton.LONGEST + 1)));
    assertTrue(one.writer.append(message(3, Baton.LONGEST)), "the ring is not empty");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void writtenInPlace(Rings.Kind kind) {
    Side one = new Side(there, back, Baton.first(kind.line()));
    assertThrows(
        ArithmeticException.class,
        () ->
            one.writer.pass(
                8,
                true,
                buffer -> {
                  throw new ArithmeticException();
                }));
    assertFalse(one.writer.pass(Baton.LONGEST + 1, true, buffer -> buffer.put((byte) 1)));
    assertTrue(one.writer.pass(Baton.LONGEST, true, buffer -> buffer.put((byte) 1)));
  }

  @Test
  void longOnesTakeTheRing() {
    assertFalse(first().passes(1, Baton.LONGEST + 1));
  }

  @Test
  void notBeforeTheRingIsEmpty() {
    Side one = first();
    Side other = second();
    one.offers(1, 9);
    assertFalse(one.passes(2, 8));
    assertEquals(List.of(text(1, 9)), other.takes(9));
    assertFalse(one.writer.pass(message(2, 8), false), "without asking");
    assertTrue(one.passes(2, 8));
    assertEquals(List.of(text(2, 8)), other.takes(9));
  }

  @Test
  void whatWasPassedComesBeforeTheRing() {
    Side one = first();
    Side other = second();
    assertTrue(one.passes(1, 8));
    one.offers(2, 9);
    one.offers(3, 10);
    assertEquals(List.of(text(1, 8)), other.takes(1));
    assertEquals(List.of(text(2, 9), text(3, 10)), other.takes(9));
  }

  /** The peer passes the baton and writes into the ring just before we look at the ring. */
  @Test
  void alsoIfBothComeInTheMiddleOfALook() {
    Side one = first();
    AtomicBoolean done = new AtomicBoolean();
    Side other =
        secondThatIsSlow(
            () -> {
              if (!done.getAndSet(true)) {
                assertTrue(one.passes(1, 8));
                one.offers(2, 9);
              }
            });
    assertEquals(List.of(text(1, 8), text(2, 9)), other.takes(9));
  }

  /** The peer passes it and writes another record like the last one just after it was published. */
  @Test
  void alsoIfTheyComeInTheMiddleOfARun() {
    Side one = first();
    int quarter = CAPACITY / 4 - 8;
    AtomicInteger looks = new AtomicInteger();
    Side other =
        secondThatIsSlow(
            () -> {
              if (looks.incrementAndGet() > 1 && one.passes(1, 8)) {
                one.offers(2, quarter);
              }
            });
    one.offers(0, quarter);
    assertEquals(List.of(text(0, quarter), text(1, 8), text(2, quarter)), other.takes(9));
  }

  @Test
  void aQuestionStaysWhileItIsAnswered() {
    Side one = first();
    Side other = second();
    byte[] question = Rings.message(1, Baton.LONGEST);
    assertTrue(one.writer.pass(ByteBuffer.wrap(question), true));
    int taken =
        other.reader.take(
            (part, flags) -> {
              assertTrue(part.isReadOnly());
              assertTrue(other.passes(2, Baton.LONGEST));
              assertArrayEquals(question, Rings.copy(part));
            },
            9);
    assertEquals(1, taken);
    assertEquals(List.of(text(2, Baton.LONGEST)), one.takes(9));
  }

  @Test
  void turnsNeverEnd() {
    for (int turn : new int[] {Integer.MAX_VALUE - 4, -5}) {
      line.putLongOpaque(0, SegmentLayout.batonHeader(8, turn));
      Side one = new Side(there, back, new Baton(line, turn + 2, true));
      Side other = new Side(back, there, new Baton(line, turn + 1, false));
      for (int number = 0; number < 10; number++) {
        assertTrue(one.reader.isEmpty() && other.reader.isEmpty());
        assertTrue(one.passes(number, 8));
        assertEquals(List.of(text(number, 8)), other.takes(9));
        Side next = one;
        one = other;
        other = next;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyImpossibleHeaderIsAViolation(Rings.Kind kind) {
    for (int length : Scribbler.HALVES) {
      for (int turn : Scribbler.HALVES) {
        AtomicBuffer own = kind.line();
        Side other = new Side(back, there, Baton.second(own));
        own.putLongOpaque(0, (long) turn << Integer.SIZE | (length & 0xffffffffL));
        if (turn == 0 || turn == -1) {
          assertTrue(other.reader.isEmpty());
        } else if (turn == 1 && length >= 8 && length <= 64) {
          assertEquals(1, other.takes(1).size());
        } else {
          ProtocolViolation e =
              assertThrows(
                  ProtocolViolation.class,
                  () -> other.takes(1),
                  () -> "length=" + length + ", turn=" + turn);
          assertEquals(CloseReason.PROTOCOL_ERROR, e.reason());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aPeerThatWritesAnything(Rings.Kind kind) throws InterruptedException {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("BatonTest: -Dipc.seed=" + seed);
    AtomicBuffer own = kind.line();
    AtomicBoolean done = new AtomicBoolean();
    Random random = new Random(seed);
    Thread peer =
        new Thread(
            () -> Scribbler.until(done, () -> Scribbler.scribbleLine(own, random)), "hostile");
    peer.start();
    try {
      Side other = new Side(back, there, Baton.second(own));
      int[] messages = {0};
      for (int i = 0; i < HOSTILE_STATES * Integer.getInteger("ipc.scale", 1); i++) {
        try {
          other.reader.take(
              (part, flags) -> {
                assertTrue(part.remaining() <= Baton.LONGEST);
                messages[0]++;
              },
              4);
          other.writer.pass(message(1, 8), true);
        } catch (ProtocolViolation e) {
          other = new Side(back, there, Baton.second(own));
        }
      }
      assertTrue(messages[0] > 0);
    } finally {
      done.set(true);
      peer.join();
    }
  }
}
