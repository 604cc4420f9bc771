// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.spi.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The layout says where things are; this says that they are apart. */
@Tag("portable")
class SegmentLayoutTest {
  private static final int CAPACITY = 1024;

  private static ByteBuffer segment() {
    return ByteBuffer.allocateDirect(SegmentLayout.segmentLength(CAPACITY));
  }

  private static Set<Integer> written(ByteBuffer segment) {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < segment.capacity(); i++) {
      if (segment.get(i) != 0) {
        places.add(i / SegmentLayout.LINE);
      }
    }
    return places;
  }

  @Test
  void eachHotWordHasALineOfItsOwn() {
    ByteBuffer segment = segment();
    new SegmentHeader(CAPACITY, -1, -1).write(segment);
    assertEquals(Set.of(0), written(segment));
    for (int number = 0; number < 2; number++) {
      Ring ring = SegmentLayout.ring(segment, CAPACITY, number);
      RingWriter writer = Rings.writer(ring);
      RingReader reader = Rings.reader(ring);
      reader.announceSleep();
      writer.announceWaiting();
      assertTrue(writer.offer(ByteBuffer.allocate(8), LAST));
      assertEquals(1, reader.take((part, flags) -> assertEquals(8, part.remaining()), 2));
    }
    assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6, 32, 40), written(segment));
  }

  @Test
  void theRingsShareNothing() {
    ByteBuffer segment = segment().position(7).limit(9);
    RingWriter there = Rings.writer(SegmentLayout.ring(segment, CAPACITY, 0));
    RingReader back = Rings.reader(SegmentLayout.ring(segment, CAPACITY, 1));
    while (there.offer(ByteBuffer.allocate(100), LAST)) {
      // Until it is full.
    }
    assertTrue(back.isEmpty());
  }

  @Test
  void theHeaderComesBack() {
    SegmentHeader header = new SegmentHeader(CAPACITY, 0x0123456789abcdefL, -2);
    ByteBuffer segment = segment();
    header.write(segment);
    assertEquals(header, SegmentHeader.read(segment));
    assertEquals(32, SegmentLayout.HEADER_LENGTH);
    assertEquals(SegmentLayout.MAGIC, segment.order(ByteOrder.nativeOrder()).getLong(0));
  }

  @Test
  void anotherHeaderIsAViolation() {
    for (int place : List.of(0, 7, 8, 11, 12, 13, 15)) {
      ByteBuffer segment = segment();
      new SegmentHeader(CAPACITY, 1, 2).write(segment);
      segment.put(place, (byte) (segment.get(place) + 65));
      assertThrows(ProtocolViolation.class, () -> SegmentHeader.read(segment), "at " + place);
    }
  }

  @Test
  void capacitiesArePowersOfTwoWithinBounds() {
    for (int wrong : new int[] {Integer.MIN_VALUE, -1, 0, 128, 1000, 1025, 1 << 30}) {
      assertThrows(IllegalArgumentException.class, () -> SegmentLayout.segmentLength(wrong));
      assertThrows(IllegalArgumentException.class, () -> new SegmentHeader(wrong, 0, 0));
    }
    assertEquals(4096 + (1 << 30), SegmentLayout.segmentLength(1 << 29));
    assertEquals((1 << 18) - 8, SegmentLayout.largestPayload(1 << 20));
  }
}
