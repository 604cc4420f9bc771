// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.ClosedException;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Chapter 5: closing. */
abstract class ClosingChapter extends Chapter {
  private static final MessageHandler NONE = message -> {};

  private static final ChannelConfig SMALL =
      ChannelConfig.builder()
          .sendBuffer(64 * 1024)
          .receiveBuffer(64 * 1024)
          .closeTimeout(Duration.ofMillis(300))
          .build();

  ClosingChapter(TransportContract contract) {
    super(contract);
  }

  private Batch flood() {
    return Batch.of(rig.seed(), contract.hiddenCapacity() / 16384 + 100, 16384);
  }

  private Task<Void> startClose(Channel channel) {
    return rig.start(
        "close",
        () -> {
          channel.close();
          return null;
        });
  }

  @Rule("5.1")
  final void closeMayBeRepeated(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    pair.far().collect();
    rig.receive(pair.near(), variant, NONE);
    CyclicBarrier start = new CyclicBarrier(8);
    List<Task<Void>> closers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Channel end = i % 2 == 0 ? pair.near() : pair.far().channel();
      closers.add(
          rig.start(
              "closer",
              () -> {
                start.await();
                end.close();
                return null;
              }));
    }
    for (Task<Void> closer : closers) {
      rig.result(closer);
    }
    pair.near().close();
    pair.near().abort();
    pair.near().close();
    rig.report(pair.near());
    rig.report(pair.far().channel());
  }

  @Rule("5.2")
  final void everythingSentBeforeTheCloseArrives(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 500, 24, 0, 500);
    Task<Void> closing =
        rig.start(
            "send and close",
            () -> {
              send(pair.near(), batch);
              pair.near().close();
              return null;
            });
    rig.await("the close, or a send without room", () -> closing.isWaiting() || closing.isDone());
    pair.far().collect();
    rig.assertReceived(pair.far(), batch);
    rig.assertEnds(CloseReason.PEER_CLOSED, pair.far().channel());
    rig.result(closing);
  }

  @Rule("5.3")
  final void closingAgainstTheStreamLosesNothing(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch fifty = Batch.of(rig.seed(), 1, 50_000);
    pair.far().send(Batch.of(rig.seed(), 100_000, 1000));
    awaitStandstill(pair.far());
    send(pair.near(), fifty);
    Task<Void> closing = startClose(pair.near());
    pair.far().collect();
    rig.assertReceived(pair.far(), fifty);
    rig.assertEnds(CloseReason.PEER_CLOSED, pair.far().channel());
    rig.result(closing);
  }

  @Rule("5.4")
  final void theEndComesAfterTheLastMessage(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 50, 24);
    AtomicLong seen = new AtomicLong(-1);
    Ledger ledger = new Ledger();
    Channel near = pair.near();
    near.closed().thenRun(() -> seen.set(ledger.count()));
    CountDownLatch gate = new CountDownLatch(1);
    MessageHandler handler =
        message -> {
          if (ledger.count() == batch.count() - 1) {
            pass(gate);
          }
          ledger.onMessage(message);
        };
    Receiver receiver = null;
    if (variant.form() == Variant.Form.PUSHED) {
      receiver = rig.receive(near, variant, handler);
    }
    pair.far().send(batch);
    rig.await("all sent", () -> !pair.far().report().busy());
    Task<Void> closing = startClose(pair.far().channel());
    rig.assertStays("not closed", () -> !rig.isClosed(near));
    gate.countDown();
    if (receiver == null) {
      receiver = rig.receive(near, variant, handler);
    }
    rig.assertEnds(CloseReason.PEER_CLOSED, near);
    rig.assertReceived(ledger, batch);
    rig.await("the notice", () -> seen.get() >= 0);
    assertEquals(batch.count(), seen.get(), "messages before the close notice");
    rig.result(closing);
  }

  private static void pass(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Rule("5.5")
  final void bothSidesLearnTheReason(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    rig.receive(pair.near(), variant, NONE);
    AtomicInteger notices = new AtomicInteger();
    pair.near().closed().thenRun(notices::incrementAndGet);
    pair.far().collect();
    pair.far().close();
    assertTrue(rig.isClosed(pair.far().channel()), "the local close has completed");
    rig.assertEnds(CloseReason.LOCAL, pair.far().channel());
    rig.assertEnds(CloseReason.PEER_CLOSED, pair.near());
    pair.near().close();
    pair.near().abort();
    rig.assertEnds(CloseReason.PEER_CLOSED, pair.near());
    rig.await("the notice", () -> notices.get() > 0);
    rig.assertStays("told once", () -> notices.get() == 1);
  }

  @Rule(value = "5.6", needs = Capability.PEER_DEATH)
  final void abortIsDeathToThePeer(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    rig.receive(pair.near(), variant, NONE);
    pair.far().abort();
    rig.assertEnds(CloseReason.PEER_DIED, pair.near());
    rig.assertEnds(CloseReason.LOCAL, pair.far().channel());
  }

  @Rule("5.7")
  final void abortNeverTruncates(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Ledger ledger = new Ledger();
    Receiver receiver = rig.receive(pair.near(), variant, ledger);
    pair.far().send(Batch.of(rig.seed(), 1_000_000, 100_000, 24, 5000));
    rig.await("some messages", () -> ledger.count() > 20);
    pair.far().abort();
    rig.report(pair.near());
    rig.await("the end", receiver::ended);
    assertEquals("", ledger.fault());
  }

  @Rule("5.8")
  final void abortDoesNotWait(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    fill(pair.near(), flood());
    rig.assertSoon(Duration.ZERO, rig.time(pair.near()::abort));
    rig.assertEnds(CloseReason.LOCAL, pair.near());
  }

  @Rule("5.9")
  final void sendsEndWithTheChannel(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    pair.near().close();
    assertSendsEnded(pair.near());
    rig.await(
        "the far end's sends to end",
        () -> pair.far().channel().trySend(text("late")) == SendResult.CLOSED);
    assertSendsEnded(pair.far().channel());
  }

  private static void assertSendsEnded(Channel channel) {
    assertEquals(SendResult.CLOSED, channel.trySend(text("late")));
    assertEquals(SendResult.CLOSED, channel.trySend(8, room -> room.putInt(1)));
    assertThrows(ClosedException.class, () -> channel.send(text("late")));
    assertThrows(ClosedException.class, () -> channel.send(text("late"), Duration.ofSeconds(1)));
  }

  @Rule("5.10")
  final void receivesEndForGood(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled());
    pair.far().close();
    rig.await("the end", () -> pair.near().poll(NONE, 1) == -1);
    for (int i = 0; i < 3; i++) {
      assertEquals(-1, pair.near().poll(NONE, 1));
      assertEquals(ReceiveResult.ENDED, pair.near().receive(NONE, Duration.ofSeconds(1)));
    }
    pair.near().close();
    assertEquals(-1, pair.near().poll(NONE, 1));
  }

  @Rule("5.11")
  final void closeDropsWhatWasNotTaken(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled());
    pair.far().send(Batch.of(rig.seed(), 5, 24));
    rig.await("all sent", () -> !pair.far().report().busy());
    Ledger ledger = new Ledger();
    rig.await("a message", () -> pair.near().poll(ledger, 1) == 1);
    rig.assertStays("one taken", () -> ledger.count() == 1);
    pair.near().close();
    assertEquals(-1, pair.near().poll(ledger, 10));
    assertEquals(1, ledger.count());
  }

  @Rule(value = "5.12", needs = Capability.HALF_CLOSE)
  final void endOutputEndsOneDirection(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch out = Batch.of(rig.seed(), 100, 24);
    Batch back = Batch.of(rig.seed(), 100, 24);
    Ledger ledger = new Ledger();
    rig.receive(pair.near(), variant, ledger);
    pair.far().collect();
    send(pair.near(), out);
    pair.near().endOutput();
    pair.near().endOutput();
    assertEquals(SendResult.CLOSED, pair.near().trySend(text("late")));
    rig.assertReceived(pair.far(), out);
    if (variant.form() == Variant.Form.PULLED) {
      rig.await("the end of the input", () -> pair.far().report().ended());
    }
    rig.assertStays(
        "open", () -> !rig.isClosed(pair.near()) && !rig.isClosed(pair.far().channel()));
    pair.far().send(back);
    rig.assertReceived(ledger, back);
    pair.far().close();
    rig.assertEnds(CloseReason.PEER_CLOSED, pair.near());
  }

  @Rule(value = "5.13", needs = Capability.DRAIN)
  final void drainWaitsForTheHandler(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), rig.limits().count(2_000, 100), 100);
    pair.far().collect();
    for (int i = 0; i < batch.count(); i++) {
      pair.near().send(batch.message(i));
      if (i % 100 == 99) {
        assertEquals(new DrainReport(true, 0), pair.near().drain(rig.limits().patience()));
        assertEquals(i + 1, pair.far().report().received());
      }
    }
  }

  @Rule(value = "5.14", needs = Capability.DRAIN)
  final void drainCountsWhatIsMissing(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled());
    pair.far().collect();
    send(pair.near(), Batch.of(rig.seed(), 3, 24));
    assertTrue(pair.near().drain(rig.limits().patience()).complete());
    pair.far().hold();
    try {
      Batch missing = Batch.of(rig.seed(), 7, 24);
      send(pair.near(), missing);
      Duration due = Duration.ofMillis(100);
      List<DrainReport> reports = new ArrayList<>();
      rig.assertTook(due, rig.time(() -> reports.add(pair.near().drain(due))));
      assertEquals(new DrainReport(false, missing.count()), reports.get(0));
    } finally {
      pair.far().resume();
    }
    assertTrue(pair.near().drain(rig.limits().patience()).complete());
  }

  @Rule("5.15")
  final void closeReleasesEveryWaiter(Variant variant) throws Exception {
    for (Boolean local : List.of(true, false)) {
      Pair pair = rig.pair(variant.pulled(), SMALL);
      pair.listener().close();
      Channel near = pair.near();
      Duration ever = rig.limits().limit();
      near.send(text("never taken"));
      Task<ReceiveResult> receive = rig.startWaiting("receive", () -> near.receive(NONE, ever));
      boolean drains = near.capabilities().contains(Capability.DRAIN);
      Task<DrainReport> drain = drains ? rig.startWaiting("drain", () -> near.drain(ever)) : null;
      startClose(local ? near : pair.far().channel());
      assertEquals(ReceiveResult.ENDED, rig.result(receive));
      if (drains) {
        assertEquals(new DrainReport(false, 1), rig.result(drain));
      }
    }
  }

  @Rule("5.16")
  final void closeIsBounded(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    fill(pair.near(), flood());
    rig.assertSoon(SMALL.closeTimeout(), rig.time(pair.near()::close));
    rig.assertEnds(CloseReason.LOCAL, pair.near());
  }

  @Rule("5.17")
  final void idleSidesLearnOfTheEnd(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    if (variant.form() == Variant.Form.PUSHED) {
      pair.near().onMessage(NONE);
    }
    rig.assertStays("open", () -> !rig.isClosed(pair.near()));
    pair.far().close();
    rig.assertEnds(CloseReason.PEER_CLOSED, pair.near());
  }

  @Rule(value = "5.18", needs = Capability.PEER_DEATH)
  final void closingTheContextEndsItsChannels(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    pair.far().collect();
    IpcContext other = rig.newContext();
    Channel theirs = other.connect(pair.listener().endpoint());
    Channel ours = rig.accept(pair.listener());
    other.close();
    other.close();
    rig.assertEnds(CloseReason.LOCAL, theirs);
    rig.assertEnds(CloseReason.PEER_DIED, ours);
    pair.near().send(text("still here"));
    rig.await("the other context to go on", () -> pair.far().report().received() == 1);
  }

  @Rule("5.19")
  final void theEndIsToldToThoseWhoWaitForRoom(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    AtomicInteger calls = new AtomicInteger();
    fill(pair.near(), flood());
    pair.near().onRoom(calls::incrementAndGet);
    rig.assertStays("no room", () -> calls.get() == 0);
    pair.far().abort();
    rig.await("the call", () -> calls.get() == 1);
    assertFalse(pair.near().trySend(text("late")) == SendResult.SENT);
  }

  @Rule(value = "5.20", needs = Capability.LISTEN)
  final void aClosedContextConnectsNobody() throws Exception {
    Listener gone = rig.listen();
    Endpoint place = gone.endpoint();
    gone.close();
    ChannelConfig patient =
        ChannelConfig.builder().connectTimeout(rig.limits().limit().multipliedBy(2)).build();
    IpcContext context = rig.newContext();
    Task<Channel> waiting = rig.startWaiting("connect", () -> context.connect(place, patient));
    context.close();
    assertThrows(ClosedException.class, () -> rig.result(waiting));
    assertThrows(ClosedException.class, () -> context.connect(place, patient));
    assertThrows(ClosedException.class, () -> context.listen(place));
  }
}
