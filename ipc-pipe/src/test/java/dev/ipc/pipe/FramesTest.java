// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frames around the sizes where pipes tear, from several senders at once. */
@Timeout(120)
class FramesTest {
  private static final int SENDERS = 4;
  private static final int ROUNDS = 8 * Integer.getInteger("ipc.scale", 1);
  private static final int[] LENGTHS = {
    4087, 4088, 4089, 4095, 4096, 4097, 4098, 4099, 4100, 8184, 8192, 65528, 65536, 1 << 20
  };

  @TempDir Path directory;

  /** Sender, number, and then the same byte to the end. */
  private static ByteBuffer message(int sender, int number) {
    ByteBuffer message = ByteBuffer.allocate(LENGTHS[number % LENGTHS.length]);
    message.putInt(sender).putInt(number);
    while (message.hasRemaining()) {
      message.put((byte) (sender + number));
    }
    return message.flip();
  }

  @Test
  void framesOfSeveralSendersNeverTear() throws Exception {
    Endpoint endpoint =
        Endpoint.of("fifo", directory.resolve("f").toString(), Map.of("maxMessage", "1m"));
    int[] next = new int[SENDERS];
    List<String> faults = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint);
        Channel client = context.connect(endpoint);
        Channel server = listener.accept(Programs.PATIENCE).orElseThrow()) {
      List<Future<Void>> sent = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        int sender = i;
        Callable<Void> work =
            () -> {
              for (int number = 0; number < ROUNDS * LENGTHS.length; number++) {
                client.send(message(sender, number));
              }
              return null;
            };
        sent.add(threads.submit(work));
      }
      for (int i = 0; i < SENDERS * ROUNDS * LENGTHS.length; i++) {
        server.receive(
            message -> {
              int sender = message.getInt(message.position());
              if (!message.equals(message(sender, next[sender]++))) {
                faults.add("sender=" + sender + ", number=" + next[sender]);
              }
            },
            Programs.PATIENCE);
      }
      for (Future<Void> future : sent) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(List.of(), faults);
    for (int count : next) {
      assertEquals(ROUNDS * LENGTHS.length, count);
    }
  }
}
