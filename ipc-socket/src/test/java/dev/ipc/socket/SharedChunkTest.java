// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sockets of one event loop take turns in one buffer, while each has half a message in it; what one
 * receives is acknowledged through another.
 */
@Timeout(120)
class SharedChunkTest {
  private static final int PAIRS = 4;
  private static final int COUNT = 400;

  @TempDir Path directory;

  private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private final Semaphore acknowledged = new Semaphore(0);

  private static ByteBuffer message(int number) {
    int length = 40_000 + number * 61 % 25_000;
    ByteBuffer message = ByteBuffer.allocateDirect(length).putInt(0, number);
    for (int i = 4; i < length; i += 997) {
      message.put(i, (byte) (number + i));
    }
    return message;
  }

  @ParameterizedTest
  @EnumSource
  void halfMessagesOfManySocketsDoNotMix(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends[] ends = new Sides.Ends[PAIRS];
      for (int i = 0; i < PAIRS; i++) {
        ends[i] = sides.connect();
        ends[i].near().onMessage(m -> acknowledged.release());
      }
      CompletableFuture<?>[] senders = new CompletableFuture<?>[PAIRS];
      for (int i = 0; i < PAIRS; i++) {
        receive(ends[i].far(), ends[(i + 1) % PAIRS].far());
        Channel near = ends[i].near();
        senders[i] = Sides.thread(() -> send(near));
      }
      for (CompletableFuture<?> sender : senders) {
        Sides.get(sender);
      }
      assertTrue(acknowledged.tryAcquire(PAIRS * COUNT, 30, TimeUnit.SECONDS), "wrong=" + wrong);
      assertEquals(0, wrong.size(), () -> "wrong=" + wrong);
    }
  }

  private static void send(Channel channel) throws InterruptedException {
    for (int i = 0; i < COUNT; i++) {
      channel.send(message(i));
    }
  }

  private void receive(Channel channel, Channel other) {
    int[] next = {0};
    channel.onError(wrong::add);
    channel.onMessage(
        message -> {
          assertEquals(message(next[0]++), message);
          other.trySend(ByteBuffer.allocate(8));
        });
  }
}
