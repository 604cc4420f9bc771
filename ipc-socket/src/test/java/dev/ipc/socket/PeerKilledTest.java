// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.ClosedException;
import dev.ipc.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that is killed while one side does not read or cannot write. */
class PeerKilledTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void aPausedReaderStillLearnsOfItAndThenGetsEverything(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "receiveBuffer=64k");
        Fork fork = Fork.start("fill", sides.listener.endpoint().toString())) {
      Channel far = sides.listener.accept(Way.LONG).orElseThrow();
      String full = fork.line();
      assertTrue(full.startsWith("full "), full);
      fork.kill();
      long killed = System.nanoTime();
      while (System.nanoTime() - killed < 1_500_000_000L) {
        LockSupport.parkNanos(10_000_000); // the measured time itself
      }
      assertEquals(SendResult.CLOSED, far.trySend(Way.bytes(1)), "nothing was read or written");
      AtomicInteger next = new AtomicInteger();
      Way.await(
          "end",
          Way.LONG,
          () -> far.poll(m -> assertEquals(next.getAndIncrement(), m.getInt()), 10) < 0);
      System.out.println("STRESS PeerKilledTest " + way + ": received " + next + ", " + full);
      // On TCP our own question makes the dead peer's kernel reset the connection, and what stood
      // there is gone; a local socket keeps it, 64 KiB at the least in whatever pieces they came.
      int read = 64 * 1024 + (way == Way.TCP ? 0 : 64 * 1024);
      assertTrue(next.get() * 1000 > read, "what the kernel had came too: " + next);
      assertEquals(CloseReason.PEER_DIED, Sides.reason(far, 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockedSenderIsFreedWithinASecond(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "");
        Fork fork = Fork.start("stall", sides.listener.endpoint().toString())) {
      Channel far = sides.listener.accept(Way.LONG).orElseThrow();
      far.send(Way.bytes(1));
      assertEquals("stalled", fork.line());
      while (far.send(Way.bytes(1000), Duration.ofMillis(300))) {
        // until nothing moves
      }
      AtomicLong freed = new AtomicLong();
      AtomicInteger right = new AtomicInteger();
      CompletableFuture<Void> blocked =
          Sides.thread(
              () -> {
                try {
                  far.send(Way.bytes(1000));
                } catch (ClosedException e) {
                  right.incrementAndGet();
                }
                freed.set(System.nanoTime());
              });
      Way.await("blocked", Way.LONG, () -> waits("test-worker"));
      long killed = System.nanoTime();
      fork.kill();
      Sides.get(blocked);
      assertEquals(1, right.get());
      assertEquals(CloseReason.PEER_DIED, Sides.reason(far, 1));
      assertTrue(freed.get() - killed < 1_000_000_000L, "ns=" + (freed.get() - killed));
    }
  }

  private static boolean waits(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(t -> t.getName().equals(name) && t.getState() == Thread.State.TIMED_WAITING);
  }
}
