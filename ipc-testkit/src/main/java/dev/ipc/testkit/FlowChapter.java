// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Chapter 3: flow and memory. The receiver of these rules is pulled, so that it can do nothing. */
abstract class FlowChapter extends Chapter {
  private static final int BUFFER = 64 * 1024;
  private static final int MESSAGE = 16 * 1024;
  private static final long MIB = 1024 * 1024;

  private static final ChannelConfig SMALL =
      ChannelConfig.builder()
          .maxMessageLength(BUFFER)
          .sendBuffer(BUFFER)
          .receiveBuffer(BUFFER)
          .sendTimeout(Duration.ofMillis(200))
          .build();

  FlowChapter(TransportContract contract) {
    super(contract);
  }

  /** What one direction may hold: both buffers, a message beyond each, what the mechanism hides. */
  private long capacity() {
    return 2L * BUFFER + 2L * MESSAGE + contract.hiddenCapacity();
  }

  /** More than one direction may hold. */
  private Batch flood() {
    return Batch.of(rig.seed(), (int) (capacity() / MESSAGE) + 100, MESSAGE);
  }

  @Rule("3.1")
  final void aStoppedReceiverPushesBack(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    Batch flood = flood();
    int sent = fill(pair.near(), flood);
    assertTrue(sent > 0, "nothing was sent");
    assertTrue((long) sent * MESSAGE <= capacity(), "without a bound, sent=" + sent * MESSAGE);
    assertEquals(SendResult.BACK_PRESSURED, pair.near().trySend(MESSAGE, room -> {}));
    assertFalse(pair.near().send(flood.message(sent), Duration.ZERO));
  }

  @Rule("3.2")
  final void memoryStaysBounded(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    fill(pair.near(), flood());
    long before = Threads.memory();
    ByteBuffer message = ByteBuffer.allocate(BUFFER);
    int attempts = rig.limits().count((int) (1024 * MIB / BUFFER), 500);
    for (int i = 0; i < attempts; i++) {
      assertEquals(SendResult.BACK_PRESSURED, pair.near().trySend(message));
    }
    long grown = Threads.memory() - before;
    assertTrue(grown < 8 * MIB, "memory grew, bytes=" + grown + ", attempts=" + attempts);
  }

  @Rule("3.3")
  final void pressureLosesNothing(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    Batch flood = flood();
    int sent = fill(pair.near(), flood);
    pair.far().collect();
    sendFrom(pair.near(), flood, sent);
    rig.assertReceived(pair.far(), flood);
  }

  @Rule("3.4")
  final void roomIsToldOnce(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    AtomicInteger calls = new AtomicInteger();
    pair.near().onRoom(calls::incrementAndGet);
    rig.await("the call with room at hand", () -> calls.get() == 1);
    fill(pair.near(), flood());
    pair.near().onRoom(calls::incrementAndGet);
    rig.assertStays("no room", () -> calls.get() == 1);
    pair.far().collect();
    rig.await("the call for new room", () -> calls.get() == 2);
    rig.assertStays("called once", () -> calls.get() == 2);
  }

  /** The receiver is the slower one, a bit at a time, so that there is pressure again and again. */
  @Rule("3.5")
  final void noRoomIsMissed(Variant variant) throws Exception {
    ChannelConfig tiny = SMALL.toBuilder().sendBuffer(1024).receiveBuffer(1024).build();
    Pair pair = rig.pair(variant.pulled(), tiny);
    Ledger ledger = new Ledger();
    rig.receive(
        pair.far().channel(),
        variant.pulled(),
        message -> {
          ledger.onMessage(message);
          if (ledger.count() % 16 == 0) {
            LockSupport.parkNanos(1);
          }
        });
    Semaphore room = new Semaphore(0);
    int cycles = rig.limits().count(2_500, 150);
    Batch batch = Batch.of(rig.seed(), Integer.MAX_VALUE, 1000);
    for (int i = 0; cycles > 0; i++) {
      ByteBuffer message = batch.message(i);
      while (pair.near().trySend(message) == SendResult.BACK_PRESSURED) {
        cycles--;
        pair.near().onRoom(room::release);
        assertTrue(
            room.tryAcquire(rig.limits().patience().toNanos(), TimeUnit.NANOSECONDS),
            "the call for room is missing, message=" + i);
      }
    }
    assertEquals("", ledger.fault());
  }

  @Rule("3.6")
  final void aWaitingSendGoesOnWithRoom(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    Batch flood = flood();
    int sent = fill(pair.near(), flood);
    Task<Boolean> waiting =
        rig.startWaiting("send", () -> pair.near().send(flood.message(sent), rig.limits().limit()));
    pair.far().collect();
    assertTrue(rig.result(waiting));
    sendFrom(pair.near(), flood, sent + 1);
    rig.assertReceived(pair.far(), flood);
  }

  @Rule("3.7")
  final void aWaitingSendEndsWithTheChannel(Variant variant) throws Exception {
    for (boolean local : new boolean[] {true, false}) {
      Pair pair = rig.pair(variant.pulled(), SMALL);
      pair.listener().close();
      Batch flood = flood();
      int sent = fill(pair.near(), flood);
      Task<Void> waiting =
          rig.startWaiting(
              "send",
              () -> {
                sendFrom(pair.near(), flood, sent);
                return null;
              });
      Channel closing = local ? pair.near() : pair.far().channel();
      rig.start(
          "close",
          () -> {
            closing.close();
            return null;
          });
      assertThrows(ClosedException.class, () -> rig.result(waiting));
    }
  }

  @Rule("3.8")
  final void pressureStaysInItsChannel(Variant variant) throws Exception {
    Pair stopped = rig.pair(variant.pulled(), SMALL);
    Pair other = rig.pair(variant, SMALL, stopped.listener());
    fill(stopped.near(), flood());
    fill(stopped.far().channel(), flood());
    other.far().echo();
    for (int i = 0; i < 100; i++) {
      assertEchoes(other.near(), "message " + i);
    }
    assertFalse(rig.isClosed(stopped.near()));
  }

  @Rule("3.9")
  final void slowReceiversAreNoError(Variant variant) throws Exception {
    ChannelConfig tiny = SMALL.toBuilder().sendBuffer(4096).receiveBuffer(4096).build();
    Pair pair = rig.pair(variant.pulled(), tiny);
    Batch batch = Batch.of(rig.seed(), rig.limits().count(300, 100), MESSAGE, 24);
    Ledger ledger = new Ledger();
    rig.receive(
        pair.near(),
        variant.pulled(),
        message -> {
          LockSupport.parkNanos(1_000_000);
          ledger.onMessage(message);
        });
    pair.far().send(batch);
    rig.assertReceived(ledger, batch);
    assertEquals("", pair.far().report().fault());
  }

  @Rule("3.10")
  final void largeMessagesPassSmallBuffers(Variant variant) throws Exception {
    ChannelConfig tiny = ChannelConfig.builder().sendBuffer(4096).receiveBuffer(4096).build();
    Pair pair = rig.pair(variant, tiny);
    Batch large = Batch.of(rig.seed(), 4, 1024 * 1024, 24);
    pair.far().collect();
    assertEquals(SendResult.SENT, pair.near().trySend(large.message(0)));
    sendFrom(pair.near(), large, 1);
    rig.assertReceived(pair.far(), large);
  }

  @Rule("3.11")
  final void sendsInHandlersWaitForSendTimeout() throws Exception {
    for (Variant.Side side : Variant.Side.values()) {
      Pair pair = rig.pair(new Variant(Variant.Form.PULLED, side), SMALL);
      pair.listener().close();
      Batch flood = flood();
      AtomicInteger sent = new AtomicInteger();
      CompletableFuture<Exception> thrown = new CompletableFuture<>();
      pair.near().onMessage(message -> thrown.complete(floodUntilRefused(pair, flood, sent)));
      pair.far().send(Batch.of(rig.seed(), 1, 24));
      rig.await("the send in the handler to end", thrown::isDone);
      assertEquals(IpcTimeoutException.class, thrown.get().getClass(), thrown.get().toString());
      pair.far().collect();
      sendFrom(pair.near(), flood, sent.get());
      rig.assertReceived(pair.far(), flood);
    }
  }

  private static Exception floodUntilRefused(Pair pair, Batch flood, AtomicInteger sent) {
    try {
      while (sent.get() < flood.count()) {
        pair.near().send(flood.message(sent.get()));
        sent.incrementAndGet();
      }
      return new IllegalStateException("everything was sent");
    } catch (InterruptedException | RuntimeException e) {
      return e;
    }
  }

  @Rule("3.12")
  final void emptyMessagesCountToo(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    int bound = (int) capacity() + 1;
    int sent = fill(pair.near(), Batch.of(rig.seed(), bound, 0));
    assertTrue(sent < bound, "empty messages are taken without a bound, sent=" + sent);
  }

  @Rule(value = "3.13", needs = Capability.RELIABLE)
  final void theOtherDirectionGoesOn(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    fill(pair.near(), flood());
    Ledger ledger = new Ledger();
    Batch back = Batch.of(rig.seed(), 500, 24, 1000);
    rig.receive(pair.near(), variant, ledger);
    pair.far().send(back);
    rig.assertReceived(ledger, back);
  }
}
