// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two sides talk, through the rings and with the baton, and one is abandoned after each of its
 * stores: the other one sees whole messages, all that were sent, each once and in their order; and
 * what it sent itself stays unharmed.
 */
@Tag("portable")
class ConversationDeathTest {
  private static final int CASES = 50_000 * Integer.getInteger("ipc.scale", 1);
  private static final int CAPACITY = 512;
  private static final int STEPS = 12;

  private static final class Side {
    final RingWriter writer;
    final RingReader reader;
    final List<String> sent = new ArrayList<>();
    final List<String> taken = new ArrayList<>();
    int passed;
    String sending;

    Side(Ring out, Ring in, Baton baton) {
      writer = new RingWriter(out, baton);
      reader = new RingReader(in, baton);
    }

    void send(Random random) {
      int length = random.nextInt(random.nextInt(4) == 0 ? 100 : 60);
      byte[] bytes = Rings.message(random.nextLong(), length);
      boolean inPlace = random.nextInt(3) == 0;
      sending = Rings.text(bytes, LAST);
      boolean done =
          inPlace
              ? writer.pass(length, true, buffer -> buffer.put(bytes))
              : writer.pass(ByteBuffer.wrap(bytes), true);
      passed += done ? 1 : 0;
      if (done || writer.offer(ByteBuffer.wrap(bytes), LAST)) {
        sent.add(sending);
      }
      sending = null;
    }

    void take(int limit) {
      reader.take((part, flags) -> taken.add(Rings.text(Rings.copy(part), flags)), limit);
    }

    void takeAll() {
      taken.addAll(Rings.takeAll(reader));
    }
  }

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void ofOneSide(Rings.Kind kind) {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("ConversationDeathTest: -Dipc.seed=" + seed);
    int passed = 0;
    for (int cases = 0; cases < CASES; seed++) {
      int stores = 0;
      int last;
      while ((last = dies(kind, new Random(seed), stores)) < 0) {
        stores++;
      }
      passed += last;
      cases += stores;
    }
    assertTrue(passed > CASES / 20, "passed=" + passed);
  }

  /** How often the baton went to and fro in the whole conversation, or -1 if a side died. */
  private static int dies(Rings.Kind kind, Random random, int stores) {
    Mortal mortal = new Mortal();
    Ring there = kind.ring(CAPACITY);
    Ring back = kind.ring(CAPACITY);
    AtomicBuffer line = kind.line();
    boolean first = random.nextBoolean();
    AtomicBuffer seen = mortal.line(line);
    Side dying =
        new Side(
            mortal.ring(there), mortal.ring(back), first ? Baton.first(seen) : Baton.second(seen));
    Side other = new Side(back, there, first ? Baton.second(line) : Baton.first(line));
    mortal.dieAfter(stores);
    boolean died = false;
    try {
      for (int step = 0; step < STEPS; step++) {
        Side side = random.nextBoolean() ? dying : other;
        if (random.nextBoolean()) {
          side.send(random);
        } else {
          side.take(1 + random.nextInt(3));
        }
      }
    } catch (Mortal.Death e) {
      died = true;
    }
    other.takeAll();
    if (other.taken.size() > dying.sent.size() && dying.sending != null) {
      assertTrue(died, "more than was sent");
      dying.sent.add(dying.sending);
    }
    assertEquals(dying.sent, other.taken);
    for (int i = 0; i < 20; i++) {
      other.send(random);
    }
    mortal.liveOn();
    dying.takeAll();
    assertEquals(other.sent, dying.taken);
    return died ? -1 : dying.passed + other.passed;
  }
}
