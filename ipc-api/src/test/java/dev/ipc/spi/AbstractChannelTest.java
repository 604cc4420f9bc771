// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bookkeeping of senders and receivers where threads meet, over the simplest transport. */
class AbstractChannelTest {
  private static final int SCALE = Integer.getInteger("ipc.scale", 1);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final IpcContext context = IpcContext.create();
  private Channel near;
  private Channel far;

  @BeforeEach
  void connect() throws Exception {
    Endpoint endpoint = Endpoint.of("inproc:abstract-channel?receiveBuffer=1k&closeTimeout=1s");
    try (Listener listener = context.listen(endpoint)) {
      near = context.connect(endpoint);
      far = listener.accept(LONG).orElseThrow();
    }
  }

  @AfterEach
  void close() {
    near.abort();
    far.abort();
    context.close();
  }

  private static CompletableFuture<Void> thread(Check check) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            check.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private interface Check {
    void run() throws Exception;
  }

  private static void get(CompletableFuture<?> future) throws Exception {
    future.get(40, TimeUnit.SECONDS);
  }

  @Test
  void noRoomCallbackIsLost() throws Exception {
    int count = 100_000 * SCALE;
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    ByteBuffer message = ByteBuffer.allocate(100);
    Runnable step =
        new Runnable() {
          @Override
          public void run() {
            while (sent.get() < count) {
              if (near.trySend(message) != SendResult.SENT) {
                near.onRoom(this);
                return;
              }
              sent.incrementAndGet();
            }
            done.countDown();
          }
        };
    step.run();
    int received = 0;
    while (received < count) {
      assertEquals(ReceiveResult.RECEIVED, far.receive(m -> {}, LONG), "after " + received);
      received++;
    }
    assertTrue(done.await(5, TimeUnit.SECONDS));
  }

  @Test
  void sendersOfDifferentLengthsAllGetTheirTurn() throws Exception {
    int count = 20_000 * SCALE;
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int length : new int[] {0, 10, 400, 900}) {
      senders.add(
          thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  assertTrue(near.send(ByteBuffer.allocate(length), LONG));
                }
              }));
    }
    for (int received = 0; received < 4 * count; received++) {
      assertEquals(ReceiveResult.RECEIVED, far.receive(m -> {}, LONG), "after " + received);
    }
    for (CompletableFuture<Void> sender : senders) {
      get(sender);
    }
  }

  @Test
  void everyDrainIsAnsweredHoweverManyAsk() throws Exception {
    CompletableFuture<Void> receiver =
        thread(
            () -> {
              while (far.receive(m -> {}, LONG) == ReceiveResult.RECEIVED) {
                // until the end
              }
            });
    List<CompletableFuture<Void>> drainers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      drainers.add(
          thread(
              () -> {
                for (int i = 0; i < 5_000 * SCALE; i++) {
                  near.send(ByteBuffer.allocate(8));
                  DrainReport report = near.drain(LONG);
                  assertTrue(report.complete(), report + " at " + i);
                }
              }));
    }
    for (CompletableFuture<Void> drainer : drainers) {
      get(drainer);
    }
    near.close();
    get(receiver);
  }

  @Test
  void whatAWriterWroteWhileItClosedArrives() throws Exception {
    far.onMessage(m -> {});
    assertEquals(
        SendResult.SENT,
        near.trySend(
            8,
            room -> {
              near.close();
              room.putLong(1);
            }));
    assertEquals(SendResult.CLOSED, near.trySend(ByteBuffer.allocate(1)));
    assertEquals(
        CloseReason.PEER_CLOSED,
        far.closed().toCompletableFuture().get(5, TimeUnit.SECONDS).reason());
  }

  @Test
  void whatAWriterWroteWhileItEndedTheOutputComesBeforeTheEnd() throws Exception {
    assertEquals(
        SendResult.SENT,
        near.trySend(
            8,
            room -> {
              near.endOutput();
              near.endOutput();
              room.putLong(1);
            }));
    assertEquals(SendResult.CLOSED, near.trySend(ByteBuffer.allocate(1)));
    assertEquals(ReceiveResult.RECEIVED, far.receive(m -> {}, LONG));
    assertEquals(ReceiveResult.ENDED, far.receive(m -> {}, LONG));
  }

  @Test
  void endingTheOutputTwiceIsEndingItOnce() throws Exception {
    near.endOutput();
    near.endOutput();
    assertEquals(ReceiveResult.ENDED, far.receive(m -> {}, LONG));
    assertEquals(SendResult.SENT, far.trySend(ByteBuffer.allocate(1)));
    assertEquals(ReceiveResult.RECEIVED, near.receive(m -> {}, LONG));
  }

  @Test
  void aNestedSendIsRefusedAndSendsNothing() throws Exception {
    assertThrows(
        IllegalStateException.class,
        () -> near.trySend(8, room -> near.trySend(ByteBuffer.allocate(1))));
    assertEquals(0, far.poll(m -> {}, 1));
    assertEquals(SendResult.SENT, near.trySend(ByteBuffer.allocate(1)));
  }

  @Test
  void aCloseOnATransportThreadDoesNotWaitForASlowWriter() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    near.onMessage(
        m -> {
          near.close();
          closed.countDown();
        });
    CompletableFuture<Void> writer =
        thread(
            () ->
                assertEquals(
                    SendResult.SENT,
                    near.trySend(
                        8,
                        room -> {
                          inside.countDown();
                          await(closed); // what the handler does must not depend on us
                          room.putLong(1);
                        })));
    assertTrue(inside.await(5, TimeUnit.SECONDS));
    assertEquals(SendResult.SENT, far.trySend(ByteBuffer.allocate(1)));
    get(writer);
    assertEquals(ReceiveResult.RECEIVED, far.receive(m -> {}, LONG));
    assertEquals(ReceiveResult.ENDED, far.receive(m -> {}, LONG));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS), "the close waits for the writer");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCloseGivesUpOnAWriterThatDoesNotReturn() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Void> writer =
        thread(
            () ->
                near.trySend(
                    8,
                    room -> {
                      inside.countDown();
                      await(go);
                    }));
    assertTrue(inside.await(5, TimeUnit.SECONDS));
    long start = System.nanoTime();
    near.close();
    assertTrue(System.nanoTime() - start < 6_000_000_000L);
    assertEquals(
        CloseReason.LOCAL, near.closed().toCompletableFuture().get(1, TimeUnit.SECONDS).reason());
    go.countDown();
    get(writer);
  }

  @Test
  void nothingIsHandedOutAfterTheLocalClose() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(SendResult.SENT, near.trySend(ByteBuffer.allocate(1)));
    }
    AtomicInteger handled = new AtomicInteger();
    assertEquals(
        1,
        far.poll(
            m -> {
              handled.incrementAndGet();
              far.abort();
            },
            10));
    assertEquals(-1, far.poll(m -> handled.incrementAndGet(), 10));
    assertEquals(ReceiveResult.ENDED, far.receive(m -> handled.incrementAndGet(), LONG));
    assertEquals(1, handled.get());
  }

  @Test
  void aLocalCloseFreesTheReceiver() throws Exception {
    for (int i = 0; i < 200; i++) {
      CountDownLatch started = new CountDownLatch(1);
      CompletableFuture<Void> receiver =
          thread(
              () -> {
                started.countDown();
                assertEquals(ReceiveResult.ENDED, far.receive(m -> {}, LONG));
              });
      assertTrue(started.await(5, TimeUnit.SECONDS));
      far.close();
      get(receiver);
      near.abort();
      assertFalse(far.trySend(ByteBuffer.allocate(1)) == SendResult.SENT);
      connect();
    }
  }
}
