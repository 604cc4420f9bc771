// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.IpcTimeoutException;
import dev.ipc.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What handlers may do on the event loop, and what it costs. */
class HandlerThreadTest {
  @TempDir Path directory;

  private static Object poll(BlockingQueue<Object> queue) throws InterruptedException {
    return queue.poll(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void aSendToAStalledPeerGivesUpAndTheLoopGoesOn(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "sendTimeout=300ms")) {
      Sides.Ends stalled = sides.connect();
      Sides.Ends other = sides.connect();
      BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
      stalled.far().onError(outcomes::add);
      stalled
          .far()
          .onMessage(
              m -> {
                while (true) {
                  send(stalled.far(), 10_000);
                }
              });
      other.far().onMessage(m -> other.far().trySend(m));
      stalled.near().send(Way.bytes(1));
      assertTrue(poll(outcomes) instanceof IpcTimeoutException);
      other.near().send(Way.bytes(7));
      AtomicInteger length = new AtomicInteger();
      other.near().receive(m -> length.set(m.remaining()), Way.LONG);
      assertEquals(7, length.get());
      stalled.near().send(Way.bytes(1));
      assertTrue(poll(outcomes) instanceof IpcTimeoutException, "the channel lives");
    }
  }

  private static void send(Channel channel, int length) {
    try {
      channel.send(Way.bytes(length));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHandlerThatSendsMoreThanTheBufferDrivesItsOutput(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "sendBuffer=16k")) {
      Sides.Ends ends = sides.connect();
      ends.far()
          .onMessage(
              m -> {
                for (int i = 0; i < 2000; i++) {
                  send(ends.far(), 5_000);
                }
                send(ends.far(), 3_000_000);
              });
      ends.near().send(Way.bytes(1));
      AtomicInteger received = new AtomicInteger();
      AtomicInteger last = new AtomicInteger();
      CountDownLatch all = new CountDownLatch(2001);
      ends.near()
          .onMessage(
              m -> {
                received.incrementAndGet();
                last.set(m.remaining());
                all.countDown();
              });
      assertTrue(all.await(20, TimeUnit.SECONDS), () -> "received=" + received);
      assertEquals(3_000_000, last.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWaitsForThePeerIsRefusedThere(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends ends = sides.connect();
      Sides.Ends pulled = sides.connect();
      BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
      ends.far().onError(outcomes::add);
      Duration none = Duration.ZERO;
      List<Sides.Work> refused = new ArrayList<>();
      refused.add(() -> sides.clients.connect(sides.listener.endpoint()));
      refused.add(() -> sides.listener.accept(none));
      refused.add(() -> pulled.far().receive(m -> {}, none));
      refused.add(() -> ends.far().drain(none));
      ends.far()
          .onMessage(
              m -> {
                for (Sides.Work work : refused) {
                  assertThrows(IllegalStateException.class, work::run);
                }
                ends.far().onRoom(() -> outcomes.add(Thread.currentThread().getName()));
                throw new ArithmeticException();
              });
      ends.near().send(Way.bytes(1));
      assertTrue(poll(outcomes) instanceof ArithmeticException);
      assertTrue(poll(outcomes).toString().startsWith("ipc-socket"), "callbacks are ours");
      ends.near().send(Way.bytes(1));
      assertTrue(poll(outcomes) instanceof ArithmeticException, "the channel lives");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCloseInsideAHandlerDoesNotWait(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends ends = sides.connect();
      AtomicReference<Boolean> done = new AtomicReference<>();
      AtomicInteger handled = new AtomicInteger();
      ends.far()
          .onMessage(
              m -> {
                handled.incrementAndGet();
                assertSame(SendResult.SENT, ends.far().trySend(m));
                ends.far().close();
                done.compareAndSet(null, ends.far().closed().toCompletableFuture().isDone());
              });
      for (int i = 0; i < 100; i++) {
        ends.near().trySend(Way.bytes(9));
      }
      AtomicInteger answers = new AtomicInteger();
      ends.near().onMessage(m -> answers.incrementAndGet());
      assertEquals(CloseReason.PEER_CLOSED, Sides.reason(ends.near(), 5));
      assertEquals(CloseReason.LOCAL, Sides.reason(ends.far(), 5));
      assertEquals(1, answers.get());
      assertEquals(1, handled.get(), "nothing is handed out after the close");
      assertFalse(done.get());
    }
  }
}
