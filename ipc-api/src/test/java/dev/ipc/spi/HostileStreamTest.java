// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.IpcException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Valid streams with random damage in random chunks: a result or a violation, and bounded memory.
 */
class HostileStreamTest {
  private static final int MUTATIONS = 400_000 * Integer.getInteger("ipc.scale", 1);
  private static final int[] NASTY = {0, 1, 2, 7, 8, 9, 0x0a, 0x7f, 0x80, 0xff};

  private static long seed() {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("HostileStreamTest: -Dipc.seed=" + seed);
    return seed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "u32be", "u16be", "line"})
  void damagedStreams(String name) {
    Framing framing = Framing.of(name);
    byte[] valid = FrameDecoderTest.mixed(framing);
    Random random = new Random(seed());
    int violations = 0;
    int rounds = framing.isNative() ? MUTATIONS : MUTATIONS / 2;
    for (int round = 0; round < rounds; round++) {
      byte[] stream = damage(valid.clone(), random);
      if (!survives(framing.decoder(1 + random.nextInt(200), sink(random)), stream, random)) {
        violations++;
      }
    }
    assertTrue(violations > rounds / 100, "violations=" + violations);
  }

  /** Messages stay within bounds. */
  private static FrameSink sink(Random random) {
    return new MessagesOnly(
        view -> assertTrue(view.remaining() <= 200), () -> random.nextInt(16) != 0);
  }

  private static byte[] damage(byte[] stream, Random random) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(stream.length);
      stream[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) (stream[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) NASTY[random.nextInt(NASTY.length)];
            default -> (byte) random.nextInt();
          };
    }
    return stream;
  }

  private static boolean survives(FrameDecoder decoder, byte[] stream, Random random) {
    int arrived = 0;
    int start = random.nextInt(4) == 0 ? random.nextInt(stream.length) : 0;
    try {
      for (int from = start; from < stream.length; ) {
        int count = Math.min(stream.length - from, 1 + random.nextInt(200));
        ByteBuffer chunk = ByteBuffer.wrap(stream, from, count);
        while (!decoder.decode(chunk)) {
          // There was no room.
        }
        assertFalse(chunk.hasRemaining());
        arrived += count;
        from += count;
        assertTrue(decoder.assembly.capacity() <= Math.max(256, 2 * arrived));
      }
      decoder.end();
      return true;
    } catch (ProtocolViolation e) {
      assertTrue(e.getMessage().length() < 300);
      return false;
    }
  }

  @Test
  void damagedHandshakes() {
    Random random = new Random(seed());
    Hello ours = new Hello(1, 1, new Terms("unix", 1000, 0, "secret"), Host.local());
    byte[] hello = ours.helloFrame().array();
    int length = ours.helloFrame().remaining();
    int agreements = 0;
    for (int round = 0; round < MUTATIONS; round++) {
      byte[] stream = damage(java.util.Arrays.copyOf(hello, length), random);
      Handshake server = Handshake.server(ours);
      try {
        boolean done = false;
        for (int from = 0; from < length && !done; ) {
          int count = Math.min(length - from, 1 + random.nextInt(100));
          done = server.feed(ByteBuffer.wrap(stream, from, count));
          from += count;
        }
        agreements += done ? 1 : 0;
      } catch (IpcException e) {
        assertTrue(server.answer().isEmpty() || server.answer().get().remaining() <= 4104);
      }
    }
    assertTrue(agreements > 0 && agreements < MUTATIONS, "agreements=" + agreements);
  }
}
