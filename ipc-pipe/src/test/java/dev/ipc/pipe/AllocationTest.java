// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import dev.ipc.SendResult;
import dev.ipc.spi.StreamChannel;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream of small messages allocates nothing for each of them, on any thread of either side. */
@Timeout(120)
class AllocationTest {
  private static final int MESSAGES = 200_000;
  private static final int LENGTH = 32;

  @TempDir Path directory;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What the threads that live now have allocated since they started, in bytes. */
  private long allocated() {
    long[] bytes = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
    return Arrays.stream(bytes).filter(count -> count > 0).sum();
  }

  private interface Stream {
    void send(int count) throws Exception;
  }

  private void assertAllocatesNothing(String what, Stream stream) throws Exception {
    stream.send(MESSAGES);
    stream.send(MESSAGES);
    long before = allocated();
    stream.send(MESSAGES);
    double each = (allocated() - before) / (double) MESSAGES;
    System.out.printf("%s: %.3f bytes for a message%n", what, each);
    assertTrue(each < 1, what + ": bytes for a message=" + each);
  }

  @Test
  void aStreamAllocatesNothingForAMessage() throws Exception {
    Endpoint endpoint = Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint);
        Channel client = context.connect(endpoint);
        Channel server = listener.accept(Programs.PATIENCE).orElseThrow()) {
      ByteBuffer message = ByteBuffer.allocateDirect(LENGTH);
      AtomicLong pushed = new AtomicLong();
      server.onMessage(received -> pushed.setRelease(pushed.getPlain() + 1));
      assertAllocatesNothing(
          "pushed",
          count -> {
            long due = pushed.get() + count;
            for (int i = 0; i < count; i++) {
              client.send(message);
            }
            Programs.await("all of them", () -> pushed.get() == due);
          });
      long[] pulled = new long[1];
      MessageHandler handler = received -> pulled[0]++;
      assertAllocatesNothing(
          "pulled late",
          count -> {
            for (long due = pulled[0] + count; pulled[0] < due; ) {
              long sent = pulled[0] + fill(server, message, client, due - pulled[0]);
              while (pulled[0] < sent) {
                client.receive(handler, Programs.PATIENCE);
              }
            }
          });
      assertAllocatesNothing(
          "pulled",
          count -> {
            Thread sender = new Thread(() -> send(server, message.duplicate(), count), "sender");
            sender.start();
            for (long due = pulled[0] + count; pulled[0] < due; ) {
              client.receive(handler, Programs.PATIENCE);
            }
            sender.join();
          });
    }
  }

  /** Sends until the receiver has no room, or so many; returns how many. */
  private static long fill(Channel sender, ByteBuffer message, Channel receiver, long most) {
    long sent = 0;
    while (sent < most && !((StreamChannel) receiver).isPaused()) {
      if (sender.trySend(message) == SendResult.SENT) {
        sent++;
      } else {
        Thread.onSpinWait();
      }
    }
    return sent;
  }

  private static void send(Channel channel, ByteBuffer message, int count) {
    try {
      for (int i = 0; i < count; i++) {
        channel.send(message);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
