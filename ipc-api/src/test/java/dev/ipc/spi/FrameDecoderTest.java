// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.CloseReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final Framing NATIVE = Framing.of("native");

  /**
   * Messages of small lengths and, in the native framing, parts and control frames between them.
   */
  static byte[] mixed(Framing framing) {
    ByteBuffer target = ByteBuffer.allocate(2000);
    for (int length : new int[] {0, 1, 5, 8, 17, 0, 33, 64}) {
      framing.encode(ByteBuffer.wrap(filled(length)), target);
      if (framing.isNative()) {
        Frame.putNumber(Frame.BARRIER, length, target);
        Frame.putWake(target);
        ByteBuffer message = ByteBuffer.wrap(filled(length + 3));
        int offset = 0;
        while (offset < length + 3) {
          int limit = Math.min(target.position() + Frame.HEADER + 9, target.capacity());
          offset = framing.encodePart(message, offset, target.limit(limit));
          target.limit(target.capacity());
          Frame.putNumber(Frame.PONG, offset, target);
        }
      }
    }
    if (framing.isNative()) {
      Frame.putNumber(Frame.END_OUTPUT, 16, target);
      Frame.putNumber(Frame.PING, 1, target);
      new CloseFrame(16, CloseCode.ORDERLY, "done").encode(target);
    }
    return Arrays.copyOf(target.array(), target.position());
  }

  static byte[] filled(int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) (i + 32);
    }
    return octets;
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "u32be", "u32le", "u16be", "line"})
  void everyPairOfCutsGivesTheSame(String name) {
    Framing framing = Framing.of(name);
    byte[] stream = mixed(framing);
    List<String> expected = Recorder.decode(framing, 100, stream);
    assertTrue(expected.size() >= 8);
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= Math.min(stream.length, first + 40); second++) {
        assertEquals(expected, Recorder.decode(framing, 100, stream, first, second));
      }
    }
    int[] everyByte = IntStream.range(1, stream.length).toArray();
    assertEquals(expected, Recorder.decode(framing, 100, stream, everyByte));
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "u32be", "u32le", "u16be", "line"})
  void aRefusedMessageComesAgain(String name) {
    Framing framing = Framing.of(name);
    byte[] stream = mixed(framing);
    List<String> expected = Recorder.decode(framing, 100, stream);
    for (int size : new int[] {1, 2, 7, 8, 9, 31, 100, 2000}) {
      int[] cuts = IntStream.iterate(size, i -> i < stream.length, i -> i + size).toArray();
      for (int refusals = 1; refusals <= 3; refusals++) {
        Recorder recorder = new Recorder();
        int[] left = {refusals};
        int times = refusals;
        recorder.room =
            () -> {
              if (left[0]-- > 0) {
                return false;
              }
              left[0] = times;
              return true;
            };
        recorder.feed(framing.decoder(100, recorder), stream, cuts);
        assertEquals(expected, recorder.events);
      }
    }
  }

  @Test
  void anExceptionOfTheSinkConsumesTheMessage() {
    for (String name : List.of("native", "u32be", "line")) {
      Framing framing = Framing.of(name);
      byte[] stream = mixed(framing);
      for (int size : new int[] {1, 9, 2000}) {
        Recorder recorder = new Recorder();
        int[] thrown = {0};
        recorder.room =
            () -> {
              thrown[0]++;
              throw new IllegalStateException("handler");
            };
        FrameDecoder decoder = framing.decoder(100, recorder);
        for (int from = 0; from < stream.length; from += size) {
          ByteBuffer chunk = ByteBuffer.wrap(stream, from, Math.min(size, stream.length - from));
          boolean done = false;
          while (!done) {
            try {
              done = decoder.decode(chunk);
            } catch (IllegalStateException e) {
              assertEquals("handler", e.getMessage());
              assertTrue(thrown[0] <= 16, "a message that was handed over comes again");
            }
          }
        }
        assertEquals(framing.isNative() ? 16 : 8, thrown[0], name + " " + size);
      }
    }
  }

  @Test
  void wholeMessagesAreViewsOfTheChunk() {
    ByteBuffer chunk = ByteBuffer.allocate(100);
    NATIVE.encode(ByteBuffer.wrap(filled(4)), chunk);
    chunk.flip();
    ByteBuffer[] seen = {null};
    FrameDecoder decoder = NATIVE.decoder(100, new MessagesOnly(view -> seen[0] = view));
    assertTrue(decoder.decode(chunk));
    chunk.put(8, (byte) 'X');
    assertEquals('X', seen[0].get(8));
  }

  @Test
  void theBeginningOfAMessageMayStayInTheChunk() {
    byte[] stream = mixed(NATIVE);
    List<String> expected = Recorder.decode(NATIVE, 100, stream);
    int left = 0;
    for (int step = 1; step < 100; step++) {
      Recorder recorder = new Recorder();
      FrameDecoder decoder = NATIVE.decoder(100, recorder);
      ByteBuffer chunk = ByteBuffer.wrap(stream);
      for (int end = step; end < stream.length + step; end += step) {
        assertTrue(decoder.decodeHead(chunk.limit(Math.min(end, stream.length))));
        left += chunk.remaining();
      }
      assertFalse(chunk.hasRemaining());
      assertEquals(expected, recorder.events, "step=" + step);
    }
    assertTrue(left > 0, "nothing was ever left");
  }

  @Test
  void whatWasLeftMayBeTakenOut() {
    byte[] stream = mixed(NATIVE);
    List<String> expected = Recorder.decode(NATIVE, 100, stream);
    for (int cut = 0; cut < stream.length; cut++) {
      Recorder recorder = new Recorder();
      FrameDecoder decoder = NATIVE.decoder(100, recorder);
      ByteBuffer chunk = ByteBuffer.wrap(stream, 0, cut);
      assertTrue(decoder.decodeHead(chunk));
      assertTrue(decoder.decode(chunk));
      assertFalse(chunk.hasRemaining());
      assertTrue(decoder.decodeHead(chunk.limit(stream.length)));
      assertEquals(expected, recorder.events, "cut=" + cut);
    }
  }

  @Test
  void theClockRunsOnlyWithinAFrame() {
    Recorder recorder = new Recorder();
    FrameDecoder decoder = NATIVE.decoder(100, recorder);
    assertFalse(decoder.midFrame());
    decoder.decode(hex("01"));
    assertTrue(decoder.midFrame());
    decoder.decode(hex("000000 01 01 0000"));
    assertTrue(decoder.midFrame());
    decoder.decode(hex("61"));
    assertTrue(decoder.midFrame(), "a message has begun");
    recorder.room = () -> false;
    assertFalse(decoder.decode(hex("01000000 01 00 0000 62")));
    assertFalse(decoder.midFrame(), "it waits for room");
    assertTrue(decoder.end(), "the stream ended between two messages");
    recorder.room = () -> true;
    assertTrue(decoder.decode(ByteBuffer.allocate(0)));
    assertEquals(List.of("message 6162"), recorder.events);
  }

  @Test
  void aLastLineWaitsForRoom() {
    Recorder recorder = new Recorder();
    FrameDecoder decoder = Framing.of("line").decoder(100, recorder);
    assertTrue(decoder.decode(hex("610a62")));
    recorder.room = () -> false;
    assertTrue(decoder.end());
    assertFalse(decoder.decode(ByteBuffer.allocate(0)));
    recorder.room = () -> true;
    assertTrue(decoder.decode(ByteBuffer.allocate(0)));
    assertTrue(decoder.end());
    assertEquals(List.of("message 61", "message 62"), recorder.events);
  }

  @Test
  void aViolationIsTheEnd() {
    FrameDecoder decoder = NATIVE.decoder(100, new Recorder());
    ProtocolViolation thrown =
        assertThrows(ProtocolViolation.class, () -> decoder.decode(hex("00000000 63 00 0000")));
    assertEquals(CloseReason.PROTOCOL_ERROR, thrown.reason());
    assertTrue(thrown.getMessage().contains("type=99"), thrown::getMessage);
    assertEquals(CloseCode.PROTOCOL_ERROR, thrown.closeFrame(3).code());
    assertThrows(IllegalStateException.class, () -> decoder.decode(hex("00000000 01 00 0000")));
    assertFalse(decoder.midFrame());
    assertFalse(decoder.end());
  }

  @Test
  void memoryFollowsTheBytesThatArrived() {
    int maximum = 1 << 30;
    for (String name : List.of("u32be", "native", "line")) {
      FrameDecoder decoder = Framing.of(name).decoder(maximum, new MessagesOnly(view -> {}));
      if (name.equals("u32be")) {
        decoder.decode(hex("40000000"));
      }
      long arrived = 0;
      for (int i = 0; i < 100; i++) {
        byte[] piece = new byte[i * 37];
        ByteBuffer chunk = ByteBuffer.allocate(piece.length + 8);
        if (name.equals("native")) {
          Frame.putHeader(
              chunk, 0, Frame.header(Frame.DATA, Frame.MORE, Math.max(1, piece.length)));
          chunk.limit(8 + Math.max(1, piece.length) - (i == 0 ? 1 : 0));
          if (i == 0) {
            continue;
          }
        } else {
          chunk.limit(piece.length);
        }
        decoder.decode(chunk);
        arrived += piece.length;
        assertTrue(
            decoder.assembly.capacity() <= Math.max(256, 2 * arrived),
            decoder.assembly.capacity() + " for " + arrived);
      }
    }
  }

  @Test
  void largeBuffersAreDropped() {
    FrameDecoder decoder = Framing.of("line").decoder(1 << 20, new MessagesOnly(view -> {}));
    decoder.decode(ByteBuffer.allocate(1 << 20));
    assertTrue(decoder.assembly.capacity() >= 1 << 20);
    decoder.decode(hex("0a"));
    assertEquals(0, decoder.assembly.capacity());
  }

  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
  }
}
