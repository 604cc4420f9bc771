// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A side of a ring is abandoned after each of its stores, from every state of the ring: the other
 * side sees whole messages, all that were sent, each once.
 */
@Tag("portable")
class DeathTest {
  private static final int CASES = 50_000 * Integer.getInteger("ipc.scale", 1);
  private static final int CAPACITY = 2048;

  /** How the ring is when the story begins; it was filled with something else before. */
  private enum State {
    EMPTY(40, 0),
    ONE(40, 1),
    WRAP(CAPACITY - 64, 1),
    WRAP_EXACT(CAPACITY - 40, 0),
    PADDING(CAPACITY - 8, 0),
    FULL(104, 1000);

    final int place;
    final int messages;

    State(int place, int messages) {
      this.place = place;
      this.messages = messages;
    }
  }

  /** A ring, its two sides, and what was sent so far. */
  private static final class Story {
    final Random random;
    final Mortal side = new Mortal();
    final RingWriter writer;
    final RingReader reader;
    final List<String> sent = new ArrayList<>();
    String sending;

    Story(Rings.Kind kind, State state, long seed, boolean writerDies) {
      random = new Random(seed);
      Ring ring = kind.ring(CAPACITY);
      writer = Rings.writer(writerDies ? side.ring(ring) : ring);
      reader = Rings.reader(writerDies ? ring : side.ring(ring));
      for (int place = 0; place < 3 * CAPACITY; place += 128) {
        writer.offer(ByteBuffer.wrap(Rings.message(-1, 120)), LAST);
        reader.take((part, flags) -> {}, 1);
      }
      for (int place = 0; place < state.place; place += 8) {
        writer.offer(ByteBuffer.allocate(0), LAST);
        reader.take((part, flags) -> {}, 1);
      }
      for (int i = 0; i < state.messages && send(); i++) {
        // Until it is as it should be.
      }
    }

    /** Sends one of random length; the first ones of a story end where a state wants them to. */
    boolean send() {
      int length = sent.isEmpty() ? 32 : random.nextInt(random.nextInt(4) == 0 ? 505 : 40);
      byte[] message = Rings.message(random.nextLong(), length);
      int flags = length > 0 && random.nextInt(8) == 0 ? MORE : LAST;
      boolean inPlace = flags == LAST && random.nextInt(3) == 0;
      sending = Rings.text(message, flags);
      if (flags == LAST && random.nextInt(4) == 0) {
        flags = SPACED;
      }
      boolean done =
          inPlace
              ? writer.offer(Math.min(504, length + 9), flags, buffer -> buffer.put(message))
              : writer.offer(ByteBuffer.wrap(message), flags);
      if (done) {
        sent.add(sending);
      }
      return done;
    }
  }

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  private static long seed() {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("DeathTest: -Dipc.seed=" + seed);
    return seed;
  }

  /** One case; it gives whether the side died. */
  @FunctionalInterface
  private interface Death {
    boolean happens(State state, long seed, int stores);
  }

  /** Each state, each number of stores, until there were enough cases. */
  private static void everywhere(Death death) {
    int cases = 0;
    for (long seed = seed(); cases < CASES; seed++) {
      for (State state : State.values()) {
        int stores = 0;
        while (death.happens(state, seed, stores)) {
          stores++;
        }
        assertTrue(stores > 0, "nothing was stored");
        cases += stores;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void ofTheWriter(Rings.Kind kind) {
    everywhere((state, seed, stores) -> writerDies(new Story(kind, state, seed, true), stores));
  }

  private static boolean writerDies(Story story, int stores) {
    List<String> seen = new ArrayList<>();
    int messages = 3 + story.random.nextInt(3);
    boolean died = false;
    story.side.dieAfter(stores);
    try {
      for (int i = 0; i < messages; i++) {
        if (!story.send()) {
          seen.addAll(Rings.takeAll(story.reader));
        }
      }
    } catch (Mortal.Death e) {
      died = true;
    }
    seen.addAll(Rings.takeAll(story.reader));
    if (seen.size() > story.sent.size()) {
      assertTrue(died, "more than was sent");
      story.sent.add(story.sending);
    }
    assertEquals(story.sent, seen);
    assertTrue(story.reader.isEmpty());
    return died;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void ofTheReader(Rings.Kind kind) {
    everywhere((state, seed, stores) -> readerDies(new Story(kind, state, seed, false), stores));
  }

  /** What it has not taken stays unharmed, however much is sent: a debugger would find it there. */
  private static boolean readerDies(Story story, int stores) {
    List<String> seen = new ArrayList<>();
    boolean died = false;
    story.side.dieAfter(stores);
    try {
      for (int i = 0; i < 4; i++) {
        story.send();
        int limit = 1 + story.random.nextInt(4);
        story.reader.take((part, flags) -> seen.add(Rings.text(Rings.copy(part), flags)), limit);
      }
    } catch (Mortal.Death e) {
      died = true;
    }
    for (int i = 0; i < 100; i++) {
      story.send();
    }
    story.side.liveOn();
    seen.addAll(Rings.takeAll(story.reader));
    assertEquals(story.sent, seen);
    return died;
  }
}
