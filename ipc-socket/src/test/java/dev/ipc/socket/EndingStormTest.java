// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import dev.ipc.IpcException;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However the end comes, everything ends and nothing is left. */
class EndingStormTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void bothSidesCloseAtOnce(Way way) throws Exception {
    Set<String> threads = Way.libraryThreads();
    try (Sides sides = new Sides(way, directory, "")) {
      for (int round = 0; round < 200 * Way.SCALE; round++) {
        Sides.Ends ends = sides.connect();
        if (round % 3 == 0) {
          ends.near().onMessage(m -> {});
          ends.far().send(Way.bytes(200_000));
          ends.near().send(Way.bytes(1000));
        }
        CompletableFuture<Void> far =
            Sides.thread(round % 5 == 0 ? ends.far()::abort : ends.far()::close);
        ends.near().close();
        Sides.get(far);
        assertNotNull(Sides.reason(ends.near(), 5), "round " + round);
        assertNotNull(Sides.reason(ends.far(), 5), "round " + round);
        assertEquals(SendResult.CLOSED, ends.near().trySend(Way.bytes(1)));
        assertEquals(-1, ends.far().poll(m -> {}, 1));
      }
    }
    Way.await("threads", Way.LONG, () -> threads.containsAll(Way.libraryThreads()));
  }

  @ParameterizedTest
  @EnumSource
  void anAbortCutsACloseThatWaits(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      for (int round = 0; round < 20; round++) {
        Sides.Ends ends = sides.connect();
        while (ends.near().send(Way.bytes(10_000), Duration.ofMillis(50))) {
          // until the close has something to flush and nobody takes it
        }
        CompletableFuture<Void> closing = Sides.thread(ends.near()::close);
        Way.await("closed", Way.LONG, () -> ends.near().trySend(Way.bytes(1)) == SendResult.CLOSED);
        long start = System.nanoTime();
        ends.near().abort();
        Sides.get(closing);
        assertTrue(System.nanoTime() - start < 2_000_000_000L);
        ends.far().abort();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingTheContextsEndsEverything(Way way) throws Exception {
    Set<String> threads = Way.libraryThreads();
    int descriptors = Way.descriptors();
    for (int round = 0; round < 10 * Way.SCALE; round++) {
      Sides sides = new Sides(way, directory, "");
      Sides.Ends blockedEnds = sides.connect();
      Sides.Ends idle = sides.connect();
      Sides.Ends full = sides.connect();
      Channel near = blockedEnds.near();
      while (full.near().send(Way.bytes(10_000), Duration.ofMillis(30))) {
        // until a sender blocks
      }
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      CountDownLatch ready = new CountDownLatch(4);
      waiting.add(
          Sides.thread(
              () -> {
                ready.countDown();
                assertEquals(ReceiveResult.ENDED, near.receive(m -> {}, Way.LONG));
              }));
      waiting.add(
          Sides.thread(
              () -> {
                ready.countDown();
                assertTrue(fails(() -> full.near().send(Way.bytes(10_000))));
              }));
      waiting.add(
          Sides.thread(
              () -> {
                ready.countDown();
                while (!fails(() -> sides.listener.accept(Way.LONG))) {
                  // those of the last thread
                }
              }));
      waiting.add(
          Sides.thread(
              () -> {
                ready.countDown();
                while (true) { // connects until it cannot
                  try {
                    sides.clients.connect(sides.listener.endpoint());
                  } catch (IpcException e) {
                    return;
                  }
                }
              }));
      assertTrue(ready.await(10, TimeUnit.SECONDS));
      CountDownLatch rooms = new CountDownLatch(1);
      full.near().onRoom(rooms::countDown);
      if (round % 2 == 0) {
        sides.close();
      } else {
        CompletableFuture<Void> servers = Sides.thread(sides.servers::close);
        sides.clients.close();
        Sides.get(servers);
      }
      for (CompletableFuture<Void> one : waiting) {
        Sides.get(one);
      }
      assertTrue(rooms.await(5, TimeUnit.SECONDS), "a room callback is due at the end");
      assertNotNull(Sides.reason(near, 5));
      assertNotNull(Sides.reason(idle.near(), 5));
      full.far().abort(); // what waited there is dropped
      assertNotNull(Sides.reason(full.far(), 5));
      usedAfterwards(idle.near());
    }
    Way.await("threads", Way.LONG, () -> threads.containsAll(Way.libraryThreads()));
    Way.await("descriptors", Way.LONG, () -> Way.descriptors() <= descriptors + 2);
  }

  private static void usedAfterwards(Channel channel) throws Exception {
    assertEquals(SendResult.CLOSED, channel.trySend(Way.bytes(1)));
    CountDownLatch called = new CountDownLatch(1);
    channel.onRoom(called::countDown);
    assertTrue(called.await(5, TimeUnit.SECONDS));
    assertEquals(-1, channel.poll(m -> {}, 1));
    assertFalse(channel.drain(Duration.ZERO).unconfirmed() > 0);
    channel.endOutput();
    channel.close();
    channel.abort();
  }

  private static boolean fails(Sides.Work work) throws Exception {
    try {
      work.run();
      return false;
    } catch (ClosedException e) {
      return true;
    }
  }
}
