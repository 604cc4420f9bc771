// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A receiver that stops costs its channel's bounds and nothing more. */
class MemoryBoundTest {
  private static final long OFFERED = 1024L * 1024 * 1024 * Way.SCALE;
  private static final int BUFFER = 256 * 1024;
  private static final int SLACK = 3 * 1024 * 1024;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "UNIX, 500",
    "UNIX, 60000",
    "UNIX, 1048576",
    "TCP, 60000",
    "TCP, 1048576",
    "UNIX_EPOLL, 60000"
  })
  void aStoppedReceiverHoldsTheBoundsAndLosesNothing(Way way, int length) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends ends = sides.connect();
      Sides.Ends other = sides.connect();
      other.far().onMessage(m -> other.far().trySend(m));
      assertEquals(0, ends.far().poll(m -> {}, 1));
      ByteBuffer message = Way.bytes(length);
      echo(other.near());
      long before = Way.heapAndDirect();
      int sent = 0;
      int attempts = (int) (OFFERED / length);
      for (int i = 0; i < attempts; i++) {
        if (ends.near().trySend(message.putInt(0, sent)) == SendResult.SENT) {
          sent++;
        }
        if (i % Math.max(1, attempts / 50) == 0) {
          echo(other.near());
        }
      }
      long growth = Way.heapAndDirect() - before;
      // The sender's queue and staged message; the inbox, the chunk and the collected message.
      long bound =
          2L * BUFFER + Chunk.CAPACITY + (length > Chunk.CAPACITY ? 4L * length : 0) + SLACK;
      System.out.println(
          "STRESS MemoryBoundTest "
              + way
              + " "
              + length
              + ": offered "
              + attempts
              + ", sent "
              + sent
              + ", growth "
              + growth / 1024
              + " KiB");
      assertTrue(growth < bound, "growth=" + growth + ", bound=" + bound);
      for (int i = 0; i < sent; i++) {
        int expected = i;
        assertEquals(
            ReceiveResult.RECEIVED,
            ends.far().receive(m -> assertEquals(expected, m.getInt()), Way.LONG));
      }
      assertEquals(0, ends.far().poll(m -> {}, 1));
    }
  }

  private static void echo(Channel channel) throws InterruptedException {
    channel.send(Way.bytes(100));
    assertEquals(ReceiveResult.RECEIVED, channel.receive(m -> {}, Way.LONG));
  }
}
