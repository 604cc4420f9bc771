// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.ReceiveResult;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code wait=spinning}: nobody sleeps, however long nothing comes, and a death is noticed. */
@Timeout(120)
class SpinningTest {
  /** Long after the last traffic, and far more than a thread needs that looks and then sleeps. */
  private static final Duration SPUN = Duration.ofMillis(250);

  /** Enough on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path directory;

  private int receivers;
  private String receiver;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private Endpoint endpoint() {
    return Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
  }

  private Peer server() throws Exception {
    Peer server = new Peer(Map.of(), "listen", endpoint().toString());
    assertEquals(EndpointMain.DONE, server.says());
    return server;
  }

  private static void echo(Channel channel) throws InterruptedException {
    channel.send(Programs.text("hello"));
    assertEquals(ReceiveResult.RECEIVED, channel.receive(answer -> {}, Programs.PATIENCE));
  }

  /** Processor time of the threads with such a name that live now, in nanoseconds. */
  private long processorTime(String prefix) {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith(prefix))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }

  /** Whether a thread of the library is blocked in the pipe, so that nobody else may read it. */
  private static boolean isInPipe() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(
            frame ->
                frame.getClassName().equals(ReadEnd.class.getName())
                    && frame.getMethodName().equals("read"));
  }

  private CompletableFuture<ReceiveResult> receive(Channel channel) {
    receiver = "receiver " + ++receivers + ".";
    CompletableFuture<ReceiveResult> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(channel.receive(message -> {}, Programs.PATIENCE));
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            },
            receiver);
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** Whether a receiver spins, and has the pipe for itself. */
  private boolean spinsSoon() throws InterruptedException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (processorTime(receiver) < SPUN.toNanos() || isInPipe()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(1); // between two looks
    }
    return true;
  }

  private void awaitSpinning(String prefix) throws InterruptedException {
    long before = processorTime(prefix);
    Programs.await(prefix + " to spin", () -> processorTime(prefix) - before > SPUN.toNanos());
  }

  @Test
  void aPushedChannelSpinsForGoodAndNoticesADeath() throws Exception {
    try (Peer server = server();
        IpcContext context = IpcContext.create();
        Channel channel = context.connect(endpoint().with("wait", "spinning"))) {
      CompletableFuture<Void> answered = new CompletableFuture<>();
      channel.onMessage(message -> answered.complete(null));
      channel.send(Programs.text("hello"));
      answered.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      awaitSpinning("ipc-pipe");
      server.kill();
      assertEquals(CloseReason.PEER_DIED, Programs.report(channel).reason());
    }
  }

  @Test
  void aPulledChannelSpinsForGoodAndNoticesADeath() throws Exception {
    try (Peer server = server();
        IpcContext context = IpcContext.create();
        Channel channel = context.connect(endpoint().with("wait", "spinning"))) {
      for (int i = 0; i < 100; i++) {
        echo(channel);
      }
      CompletableFuture<ReceiveResult> result = receive(channel);
      while (!spinsSoon()) { // for a moment others had the permission
        channel.send(Programs.text("again"));
        assertEquals(
            ReceiveResult.RECEIVED,
            result.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        result = receive(channel);
      }
      server.kill();
      assertEquals(
          ReceiveResult.ENDED, result.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
      assertEquals(CloseReason.PEER_DIED, Programs.report(channel).reason());
    }
  }
}
