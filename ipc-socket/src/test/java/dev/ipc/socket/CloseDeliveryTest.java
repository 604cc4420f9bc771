// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.ClosedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was sent before a close arrives, whatever comes the other way. */
class CloseDeliveryTest {
  private static final int ROUNDS = 50 * Way.SCALE;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void aCloseUnderFireLosesNothing(Way way) throws Exception {
    byte[] message = new byte[50_000];
    new Random(5).nextBytes(message);
    try (Sides sides = new Sides(way, directory, "")) {
      for (int round = 0; round < ROUNDS; round++) {
        underFire(sides.connect(), message, round);
      }
    }
  }

  private static void underFire(Sides.Ends ends, byte[] message, int round) throws Exception {
    Channel near = ends.near();
    Channel far = ends.far();
    List<byte[]> received = new ArrayList<>();
    far.onMessage(
        m -> {
          byte[] copy = new byte[m.remaining()];
          m.get(copy);
          received.add(copy);
        });
    AtomicLong fired = new AtomicLong();
    CompletableFuture<Void> fire =
        Sides.thread(
            () -> {
              try {
                while (true) {
                  far.send(Way.bytes(1000));
                  fired.incrementAndGet();
                }
              } catch (ClosedException e) {
                // the end
              }
            });
    if (round % 2 == 0) {
      near.onMessage(m -> {}); // else its inbox is full and reading pauses
    }
    Way.await("fire", Way.LONG, () -> fired.get() > 300);
    near.send(ByteBuffer.wrap(message));
    near.close();
    assertEquals(CloseReason.LOCAL, Sides.reason(near, 5), "round " + round);
    assertEquals(CloseReason.PEER_CLOSED, Sides.reason(far, 5), "round " + round);
    assertEquals(1, received.size(), "round " + round);
    assertArrayEquals(message, received.get(0));
    Sides.get(fire);
    assertTrue(fired.get() > 0);
  }
}
