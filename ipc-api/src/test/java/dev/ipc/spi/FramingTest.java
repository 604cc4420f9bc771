// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.InvalidEndpointException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
  private static final int[] LENGTHS = {
    0, 1, 7, 8, 9, 255, 256, 4095, 4096, 65_527, 65_528, 65_534, 65_535, 65_536, 65_537, 131_072,
    131_073, 1_000_000
  };

  /** A message without newlines somewhere in a buffer, in the order that is not ours. */
  private static ByteBuffer message(int length) {
    ByteBuffer message = ByteBuffer.allocateDirect(length + 11);
    Random random = new Random(length);
    message.position(5).limit(5 + length);
    for (int i = 0; i < length; i++) {
      message.put(5 + i, (byte) (random.nextInt(245) + 11));
    }
    return message;
  }

  private static String event(ByteBuffer message) {
    byte[] octets = new byte[message.remaining()];
    message.duplicate().get(octets);
    return octets.length == 0 ? "message" : "message " + HexFormat.of().formatHex(octets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "u32be", "u32le", "u16be", "line"})
  void everyWayOfWritingGivesTheSameMessage(String name) {
    Framing framing = Framing.of(name);
    assertEquals(name, framing.toString());
    for (int length : LENGTHS) {
      if (length > framing.largestMessage()) {
        continue;
      }
      ByteBuffer message = message(length);
      framing.check(message);
      byte[] whole = new byte[framing.encodedLength(length)];
      ByteBuffer target = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
      framing.encode(message, target);
      assertEquals(0, target.remaining());
      assertEquals(5, message.position());
      assertEquals(length, message.remaining());
      assertEquals(List.of(event(message)), Recorder.decode(framing, Math.max(1, length), whole));
      for (int room : new int[] {Framing.LEAST_ROOM, 17, 1000, 65_544, 70_000, 2_000_000}) {
        if (length / room < 5000) {
          byte[] steps = inSteps(framing, message, room);
          if (!framing.isNative()) {
            assertArrayEquals(whole, steps);
          }
          assertEquals(
              List.of(event(message)), Recorder.decode(framing, Math.max(1, length), steps));
        }
      }
      if (length <= framing.largestInPlace()) {
        assertArrayEquals(whole, inPlace(framing, message));
      }
    }
  }

  private static byte[] inSteps(Framing framing, ByteBuffer message, int room) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    ByteBuffer target = ByteBuffer.allocate(room);
    int offset = 0;
    do {
      int before = offset;
      offset = framing.encodePart(message, offset, target.clear());
      out.write(target.array(), 0, target.position());
      assertTrue(offset > before || !message.hasRemaining(), "each step makes progress");
    } while (offset < message.remaining());
    return out.toByteArray();
  }

  private static byte[] inPlace(Framing framing, ByteBuffer message) {
    int length = message.remaining();
    int start = 3;
    int end = start + framing.prefixLength() + length + framing.suffixLength();
    ByteBuffer target = ByteBuffer.allocate(end);
    target.position(start + framing.prefixLength()).put(message.duplicate());
    framing.seal(target, start, length);
    return Arrays.copyOfRange(target.array(), start, end);
  }

  @Test
  void stepsNeedRoom() {
    ByteBuffer message = ByteBuffer.allocate(10);
    for (String name : List.of("native", "u32be", "u16be", "line")) {
      int room = Framing.of(name).prefixLength() + Framing.of(name).suffixLength();
      assertThrows(
          BufferOverflowException.class,
          () -> Framing.of(name).encodePart(message, 0, ByteBuffer.allocate(room)),
          name);
    }
  }

  @Test
  void tooLongIsNotCutOff() {
    ByteBuffer target = ByteBuffer.allocate(70_000);
    ByteBuffer message = ByteBuffer.allocate(65_537);
    Framing narrow = Framing.of("u16be");
    assertEquals(65_535, narrow.largestMessage());
    assertThrows(IllegalArgumentException.class, () -> narrow.encode(message, target.clear()));
    assertThrows(IllegalArgumentException.class, () -> narrow.seal(target, 0, 65_536));
    assertThrows(
        IllegalArgumentException.class, () -> narrow.encodePart(message, 0, target.clear()));
    assertThrows(
        IllegalArgumentException.class, () -> Framing.of("native").seal(target, 0, 65_537));
  }

  @Test
  void linesCarryNoNewline() {
    Framing line = Framing.of("line");
    for (int length = 1; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        ByteBuffer message = message(length);
        message.put(5 + at, (byte) '\n');
        int index = at;
        IllegalArgumentException thrown =
            assertThrows(IllegalArgumentException.class, () -> line.check(message));
        assertTrue(thrown.getMessage().contains("index=" + index), thrown::getMessage);
        ByteBuffer target = ByteBuffer.allocate(64).put(message.duplicate());
        int written = length;
        assertThrows(IllegalArgumentException.class, () -> line.seal(target, 0, written));
      }
    }
    line.check(ByteBuffer.wrap(new byte[] {0x0b, 0x09, (byte) 0x8a, 0x0d, 0x00, 0x1a, 0x4a, -1}));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    InvalidEndpointException thrown =
        assertThrows(InvalidEndpointException.class, () -> Framing.of("u64"));
    for (String part : List.of("framing=u64", "native", "u32be", "u32le", "u16be", "line")) {
      assertTrue(thrown.getMessage().contains(part), thrown::getMessage);
    }
  }

  @Test
  void closeCutsItsDetailBetweenCharacters() {
    for (int lead = 0; lead < 4; lead++) {
      String detail = "x".repeat(lead) + "\u20ac".repeat(400);
      ByteBuffer target = ByteBuffer.allocate(CloseFrame.MAX_ENCODED);
      new CloseFrame(1, CloseCode.IDLE, detail).encode(target);
      byte[] stream = Arrays.copyOf(target.array(), target.position());
      List<String> events = Recorder.decode(Framing.of("native"), 1, stream);
      String received = events.get(0).substring("close 1 3 ".length());
      assertTrue(detail.startsWith(received));
      assertEquals(lead == 3 ? 510 : 510 + lead, utf8(received));
    }
  }

  private static int utf8(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }

  @Test
  void whatThePeerSaysIsOneLine() {
    ByteBuffer target = ByteBuffer.allocate(CloseFrame.MAX_ENCODED);
    new CloseFrame(1, CloseCode.OTHER, "a\nb\u001b[0m\u202ec\u2028d").encode(target);
    byte[] stream = Arrays.copyOf(target.array(), target.position());
    assertEquals(
        List.of("close 1 4 a b [0m c d"), Recorder.decode(Framing.of("native"), 1, stream));
  }
}
