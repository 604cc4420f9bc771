// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static dev.ipc.shm.SegmentLayout.READ_POSITION_OFFSET;
import static dev.ipc.shm.SegmentLayout.SPACED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one thread sees of a ring. */
@Tag("portable")
class RingTest {
  private static final int CAPACITY = 2048;
  private static final int LARGEST = 504;

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  private static final class Pair {
    final Ring ring;
    final RingWriter writer;
    final RingReader reader;

    Pair(Rings.Kind kind) {
      ring = kind.ring(CAPACITY);
      writer = Rings.writer(ring);
      reader = Rings.reader(ring);
    }

    boolean offer(byte[] message) {
      return writer.offer(ByteBuffer.wrap(message), LAST);
    }

    byte[] take() {
      List<byte[]> taken = new ArrayList<>();
      assertEquals(1, reader.take((part, flags) -> taken.add(Rings.copy(part)), 1));
      return taken.get(0);
    }

    /** Moves both sides on by this many bytes. */
    void advance(int bytes) {
      for (int left = bytes; left > 0; left -= 8) {
        assertTrue(offer(new byte[0]));
        take();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void emptyThereIsNothing(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    assertTrue(pair.reader.isEmpty());
    assertEquals(0, pair.reader.take((part, flags) -> assertFalse(true), 10));
    assertEquals(0, pair.ring.words().getLong(READ_POSITION_OFFSET));
    assertEquals(LARGEST, pair.writer.largestRecord());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyLengthAtEveryPlaceComesOutAsItWentIn(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int length = 0; length <= LARGEST; length++) {
      for (int place = 0; place < CAPACITY; place += 8) {
        byte[] message = Rings.message(place, length);
        assertTrue(pair.offer(message));
        assertFalse(pair.reader.isEmpty());
        assertArrayEquals(message, pair.take());
        assertTrue(pair.reader.isEmpty());
        pair.advance(8);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anyKindOfSourceAndItsPositionsStay(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int length : new int[] {0, 1, 7, 8, 9, 32, 255, 256, 257, LARGEST}) {
      byte[] message = Rings.message(5, length);
      ByteBuffer heap = ByteBuffer.allocate(length + 16).order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer direct = ByteBuffer.allocateDirect(length + 16);
      for (ByteBuffer source : List.of(heap, direct, heap.slice(1, length + 9))) {
        source.put(3, message).position(3).limit(3 + length);
        for (ByteBuffer given : List.of(source, source.asReadOnlyBuffer())) {
          assertTrue(pair.writer.offer(given, LAST));
          assertEquals(3, given.position());
          assertEquals(3 + length, given.limit());
          assertArrayEquals(message, pair.take());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anAppendWritesTheSameAsAnOfferOrNothing(Rings.Kind kind) {
    Random random = new Random(7);
    Pair appends = new Pair(kind);
    Pair offers = new Pair(kind);
    int appended = 0;
    for (int number = 0; number < 20_000; number++) {
      int length = random.nextInt(random.nextInt(8) == 0 ? LARGEST + 1 : 60);
      ByteBuffer message = ByteBuffer.wrap(Rings.message(number, length));
      int flags = random.nextInt(20) == 0 ? SPACED : LAST;
      boolean offered = offers.writer.offer(message, flags);
      boolean done = flags == LAST && appends.writer.append(message);
      appended += done ? 1 : 0;
      assertEquals(offered, done || appends.writer.offer(message, flags));
      assertEquals(bytes(offers.ring), bytes(appends.ring));
      if (random.nextInt(4) == 0) {
        assertEquals(Rings.takeAll(offers.reader), Rings.takeAll(appends.reader));
      }
    }
    assertTrue(appended > 10_000, "appended=" + appended);
    assertFalse(appends.writer.append(ByteBuffer.allocate(LARGEST + 1)));
  }

  private static ByteBuffer bytes(Ring ring) {
    return ring.data().byteBuffer().duplicate().clear();
  }

  /** Records that are alike are looked at together; what comes between them ends that. */
  @ParameterizedTest
  @MethodSource("kinds")
  void runsOfRecordsThatAreAlikeComeOutAsTheyWentIn(Rings.Kind kind) {
    Random random = new Random(7);
    Pair pair = new Pair(kind);
    List<String> sent = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    for (int number = 0; number < 20_000; number++) {
      int flags = random.nextInt(20) == 0 ? (random.nextBoolean() ? SPACED : MORE) : LAST;
      byte[] message = Rings.message(number, random.nextInt(12) == 0 ? 40 : 24);
      while (!pair.writer.offer(ByteBuffer.wrap(message), flags)) {
        int limit = 1 + random.nextInt(40);
        int count =
            pair.reader.take((part, f) -> taken.add(Rings.text(Rings.copy(part), f)), limit);
        assertTrue(count > 0 && count <= limit, "count=" + count);
      }
      sent.add(Rings.text(message, flags == SPACED ? LAST : flags));
    }
    taken.addAll(Rings.takeAll(pair.reader));
    assertEquals(sent, taken);
  }

  /** What was taken counts as taken, also when a handler throws in the middle of a run. */
  @ParameterizedTest
  @MethodSource("kinds")
  void aHandlerThatThrowsInARunIsNotAskedAgain(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int i = 0; i < 9; i++) {
      assertTrue(pair.offer(Rings.message(i, 24)));
    }
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < 9; i += 3) {
      int until = i + 3;
      assertThrows(
          IllegalStateException.class,
          () ->
              pair.reader.take(
                  (part, flags) -> {
                    taken.add(Rings.text(Rings.copy(part), flags));
                    if (taken.size() == until) {
                      throw new IllegalStateException("thrown on purpose");
                    }
                  },
                  100));
      assertEquals(until * 32L, pair.ring.words().getLong(READ_POSITION_OFFSET));
    }
    assertTrue(pair.reader.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void fullItRefusesAndNothingHappens(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    int count = 0;
    while (pair.offer(Rings.message(count, 24))) {
      count++;
    }
    // One header stays free behind the last record.
    assertEquals(CAPACITY / 32 - 1, count);
    assertFalse(pair.writer.hasRoom(24));
    assertTrue(pair.writer.hasRoom(16), "exactly full");
    assertFalse(pair.writer.offer(24, LAST, buffer -> assertFalse(true, "called without room")));
    assertTrue(pair.offer(Rings.message(count, 16)), "exactly full");
    assertFalse(pair.writer.hasRoom(0));
    for (int i = 0; i < count; i++) {
      assertArrayEquals(Rings.message(i, 24), pair.take());
    }
    assertArrayEquals(Rings.message(count, 16), pair.take());
    assertTrue(pair.reader.isEmpty());
    assertTrue(pair.writer.hasRoom(LARGEST));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anEmptyRingHasRoomForTheLargestRecordAnywhere(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int place = 0; place < CAPACITY; place += 8) {
      assertTrue(pair.writer.hasRoom(LARGEST));
      assertTrue(pair.offer(Rings.message(place, LARGEST)));
      assertArrayEquals(Rings.message(place, LARGEST), pair.take());
      pair.advance(8);
    }
    assertThrows(IllegalArgumentException.class, () -> pair.offer(new byte[LARGEST + 1]));
    assertThrows(
        IllegalArgumentException.class, () -> pair.writer.offer(LARGEST + 1, LAST, buffer -> {}));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void roomIsToldAsItIsGiven(Rings.Kind kind) {
    for (int place = 0; place < CAPACITY; place += 8) {
      for (int used = 0; used < CAPACITY; used += 40) {
        Pair pair = new Pair(kind);
        pair.advance(place);
        int left = used;
        while (left > 0 && pair.offer(new byte[0])) {
          left -= 8;
        }
        for (int length : new int[] {0, 1, 8, 100, LARGEST}) {
          Pair same = pair;
          if (!same.writer.hasRoom(length)) {
            assertFalse(same.offer(new byte[length]));
          } else if (length == LARGEST || !same.writer.hasRoom(LARGEST)) {
            assertTrue(same.offer(new byte[length]));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRecordThatEndsWithTheDataNeedsNoPadding(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    pair.advance(CAPACITY - 32);
    assertTrue(pair.offer(Rings.message(1, 24)));
    assertTrue(pair.offer(Rings.message(2, 24)));
    assertArrayEquals(Rings.message(1, 24), pair.take());
    assertEquals(CAPACITY, pair.ring.words().getLong(READ_POSITION_OFFSET));
    assertArrayEquals(Rings.message(2, 24), pair.take());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void paddingIsNeitherSeenNorCounted(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    pair.advance(CAPACITY - 24);
    assertTrue(pair.offer(Rings.message(1, 24)));
    assertFalse(pair.reader.isEmpty());
    assertEquals(List.of(Rings.text(Rings.message(1, 24), LAST)), Rings.takeAll(pair.reader));
    assertEquals(CAPACITY + 32, pair.ring.words().getLong(READ_POSITION_OFFSET));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void partsKeepTheirFlags(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    assertTrue(pair.writer.offer(ByteBuffer.wrap(new byte[1]), MORE));
    assertTrue(pair.writer.offer(ByteBuffer.wrap(new byte[2]), LAST));
    List<Integer> seen = new ArrayList<>();
    assertEquals(2, pair.reader.take((part, flags) -> seen.add(flags), 3));
    assertEquals(List.of(MORE, LAST), seen);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theHandlersViewIsReadOnlyBigEndianAndBounded(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int i = 0; i < 100; i++) {
      assertTrue(pair.offer(Rings.message(i, i)));
      int length = i;
      assertEquals(
          1,
          pair.reader.take(
              (part, flags) -> {
                assertTrue(part.isReadOnly());
                assertEquals(ByteOrder.BIG_ENDIAN, part.order());
                assertEquals(length, part.remaining());
                part.order(ByteOrder.LITTLE_ENDIAN).clear();
              },
              1));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRecordWhoseHandlerThrowsIsTaken(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    assertTrue(pair.offer(Rings.message(1, 10)));
    assertTrue(pair.offer(Rings.message(2, 10)));
    IllegalStateException planned = new IllegalStateException("planned");
    assertEquals(
        planned,
        assertThrows(
            IllegalStateException.class,
            () ->
                pair.reader.take(
                    (part, flags) -> {
                      throw planned;
                    },
                    10)));
    assertEquals(24, pair.ring.words().getLong(READ_POSITION_OFFSET), "its room is free");
    assertArrayEquals(Rings.message(2, 10), pair.take());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void inPlaceTheMessageIsWhatWasWritten(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int i = 0; i < 500; i++) {
      byte[] message = Rings.message(i, i % 100);
      int maximum = 100 + i % 50;
      assertTrue(
          pair.writer.offer(
              maximum,
              LAST,
              buffer -> {
                assertEquals(ByteOrder.BIG_ENDIAN, buffer.order());
                assertTrue(buffer.remaining() >= maximum);
                buffer.put(message);
              }));
      assertArrayEquals(message, pair.take());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void behindASpacedRecordTheNextOneBeginsWithACacheLine(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int length = 0; length <= 200; length++) {
      for (int place = 0; place < CAPACITY; place += 8) {
        byte[] message = Rings.message(place, length);
        assertTrue(pair.writer.offer(ByteBuffer.wrap(message), SPACED));
        assertArrayEquals(message, pair.take());
        assertTrue(pair.reader.isEmpty());
        assertEquals(0, pair.reader.position() % SegmentLayout.CACHE_LINE);
        pair.advance(place);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void spacedOrNotTheyComeOutInOrder(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    Random random = new Random(42);
    Queue<byte[]> inside = new ArrayDeque<>();
    for (int i = 0; i < 100_000; i++) {
      byte[] message = Rings.message(i, random.nextInt(random.nextInt(8) == 0 ? LARGEST + 1 : 64));
      int flags = random.nextBoolean() ? SPACED : LAST;
      while (!pair.writer.offer(ByteBuffer.wrap(message), flags)) {
        assertArrayEquals(inside.remove(), pair.take());
      }
      inside.add(message);
      while (!inside.isEmpty() && random.nextInt(3) == 0) {
        assertArrayEquals(inside.remove(), pair.take());
      }
    }
  }

  /** Behind a spaced record a header is made 0 early; what is written in place may cover it. */
  @ParameterizedTest
  @MethodSource("kinds")
  void aWriterInPlaceMayLeaveMoreThanItSends(Rings.Kind kind) {
    int maximum = 5000;
    Ring ring = kind.ring(32 * 1024);
    RingWriter writer = Rings.writer(ring);
    RingReader reader = Rings.reader(ring);
    assertTrue(writer.offer(ByteBuffer.allocate(8), SPACED));
    int sent = SegmentLayout.CACHE_LINE - SegmentLayout.RECORD_HEADER_LENGTH;
    assertTrue(
        writer.offer(
            maximum,
            LAST,
            buffer -> {
              int start = buffer.position();
              for (int i = 0; i < maximum; i++) {
                buffer.put(start + i, (byte) -1);
              }
              buffer.position(start + sent);
            }));
    List<Integer> lengths = new ArrayList<>();
    assertEquals(2, reader.take((part, flags) -> lengths.add(part.remaining()), 10));
    assertEquals(List.of(8, sent), lengths);
    assertTrue(reader.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aWriterThatThrowsSendsNothing(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    IntConsumer fail =
        place ->
            assertThrows(
                IllegalStateException.class,
                () ->
                    pair.writer.offer(
                        100,
                        LAST,
                        buffer -> {
                          while (buffer.hasRemaining()) {
                            buffer.put((byte) -1);
                          }
                          throw new IllegalStateException("planned");
                        }));
    for (int place = 0; place < 2 * CAPACITY; place += 8) {
      fail.accept(place);
      assertTrue(pair.reader.isEmpty());
      assertTrue(pair.offer(Rings.message(place, 3)));
      fail.accept(place);
      assertArrayEquals(Rings.message(place, 3), pair.take());
      assertTrue(pair.reader.isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void roomIsGivenBackByQuartersWhileATakeRuns(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    while (pair.offer(Rings.message(0, 56))) {
      // Until it is full.
    }
    List<Long> freed = new ArrayList<>();
    int taken =
        pair.reader.take(
            (part, flags) -> freed.add(pair.ring.words().getLong(READ_POSITION_OFFSET)), 100);
    assertEquals(31, taken);
    assertEquals(List.of(0L, 512L, 1024L, 1536L), freed.stream().distinct().toList());
    assertEquals(31 * 64, pair.ring.words().getLong(READ_POSITION_OFFSET));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theRoomOfAPartIsGivenBackBeforeTheNextOne(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    assertTrue(pair.writer.offer(ByteBuffer.allocate(8), MORE));
    assertTrue(pair.writer.offer(ByteBuffer.allocate(8), MORE));
    assertTrue(pair.offer(new byte[0]));
    List<Long> seen = new ArrayList<>();
    pair.reader.take(
        (part, flags) -> seen.add(pair.ring.words().getLong(READ_POSITION_OFFSET)), 10);
    assertEquals(List.of(0L, 16L, 32L), seen);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachAnnouncementRingsOnce(Rings.Kind kind) {
    Pair pair = new Pair(kind);
    for (int i = 0; i < 3; i++) {
      assertFalse(pair.writer.bellWanted());
      assertFalse(pair.reader.bellWanted());
      pair.reader.announceSleep();
      assertFalse(pair.reader.bellWanted());
      assertTrue(pair.writer.bellWanted());
      assertFalse(pair.writer.bellWanted());
      pair.writer.announceWaiting();
      pair.writer.announceWaiting();
      assertFalse(pair.writer.bellWanted());
      assertTrue(pair.reader.bellWanted());
      assertFalse(pair.reader.bellWanted());
    }
  }
}
