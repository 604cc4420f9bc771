// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Writes down what a decoder yields, in the words of docs/wire.md, and maltreats the views. */
final class Recorder implements FrameSink {
  final List<String> events = new ArrayList<>();

  /** Whether there is room for the next message. */
  BooleanSupplier room = () -> true;

  /** What was offered while there was no room; must be offered again. */
  private String refused;

  private int refusals;

  @Override
  public boolean message(ByteBuffer view) {
    assertTrue(view.isReadOnly());
    assertEquals(ByteOrder.BIG_ENDIAN, view.order());
    byte[] octets = new byte[view.remaining()];
    view.get(octets);
    String event = line("message", HexFormat.of().formatHex(octets));
    view.order(ByteOrder.LITTLE_ENDIAN).clear().position(view.capacity() / 2).mark();
    if (refused != null) {
      assertEquals(refused, event, "the refused message comes again");
    }
    if (!room.getAsBoolean()) {
      assertTrue(++refusals < 10_000, "the decoder makes no progress");
      refused = event;
      return false;
    }
    refused = null;
    events.add(event);
    return true;
  }

  @Override
  public void barrier(long sent) {
    number("barrier", sent);
  }

  @Override
  public void barrierAck(long handled) {
    number("barrier_ack", handled);
  }

  @Override
  public void ping(long opaque) {
    number("ping", opaque);
  }

  @Override
  public void pong(long opaque) {
    number("pong", opaque);
  }

  @Override
  public void wake() {
    control("wake");
  }

  @Override
  public void endOutput(long sent) {
    number("end_output", sent);
  }

  @Override
  public void close(CloseFrame frame) {
    control(line("close " + frame.sent() + " " + frame.code().number(), frame.detail()));
  }

  private void number(String name, long value) {
    control(name + " " + Long.toUnsignedString(value));
  }

  private void control(String event) {
    assertEquals(null, refused, "control frames do not overtake a refused message");
    events.add(event);
  }

  private static String line(String name, String rest) {
    return rest.isEmpty() ? name : name + " " + rest;
  }

  /** Decodes the stream cut at these places, retrying refused messages with the same bytes. */
  static List<String> decode(Framing framing, int maximum, byte[] stream, int... cuts) {
    Recorder recorder = new Recorder();
    recorder.feed(framing.decoder(maximum, recorder), stream, cuts);
    return recorder.events;
  }

  void feed(FrameDecoder decoder, byte[] stream, int... cuts) {
    try {
      int from = 0;
      for (int i = 0; i <= cuts.length; i++) {
        int to = i < cuts.length ? cuts[i] : stream.length;
        ByteBuffer chunk = chunk(stream, from, to);
        while (!decoder.decode(chunk)) {
          assertEquals(
              false, decoder.midFrame() && !chunk.hasRemaining(), "only waits for room, no clock");
        }
        assertEquals(0, chunk.remaining());
        from = to;
      }
      if (!decoder.end()) {
        events.add("truncated");
      }
      while (!decoder.decode(ByteBuffer.allocate(0))) {
        assertEquals(false, decoder.midFrame());
      }
    } catch (ProtocolViolation e) {
      events.add("violation " + e.reason());
    }
  }

  /** Direct or heap, with an offset, in either order, and with foreign bytes around. */
  private static ByteBuffer chunk(byte[] stream, int from, int to) {
    Random random = new Random(31L * from + to);
    int before = random.nextInt(9);
    int capacity = before + (to - from) + random.nextInt(9);
    ByteBuffer chunk =
        random.nextBoolean() ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
    for (int i = 0; i < Math.min(capacity, 64); i++) {
      chunk.put(i, (byte) 0x0a);
    }
    chunk.put(before, stream, from, to - from).limit(before + to - from).position(before);
    return chunk.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }
}
