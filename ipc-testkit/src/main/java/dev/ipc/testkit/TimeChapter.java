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
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import dev.ipc.WaitStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Chapter 4: time and threads. */
abstract class TimeChapter extends Chapter {
  private static final Duration DUE = Duration.ofMillis(120);
  private static final MessageHandler NONE = message -> {};

  private static final ChannelConfig SMALL =
      ChannelConfig.builder().sendBuffer(64 * 1024).receiveBuffer(64 * 1024).build();

  TimeChapter(TransportContract contract) {
    super(contract);
  }

  private Batch flood() {
    return Batch.of(rig.seed(), contract.hiddenCapacity() / 16384 + 100, 16384);
  }

  /** Longer than any test waits. */
  private Duration ever() {
    return rig.limits().limit().multipliedBy(2);
  }

  @Rule("4.1")
  final void receiveKeepsItsDeadline(Variant variant) throws Exception {
    Channel near = rig.pair(variant).near();
    for (Duration due : List.of(Duration.ofMillis(-1), Duration.ZERO, DUE)) {
      Duration took =
          rig.time(() -> assertEquals(ReceiveResult.TIMED_OUT, near.receive(NONE, due)));
      rig.assertTook(due.isNegative() ? Duration.ZERO : due, took);
    }
    assertEquals(0, near.poll(NONE, 1));
  }

  @Rule("4.2")
  final void sendKeepsItsDeadline(Variant variant) throws Exception {
    Channel near = rig.pair(variant.pulled(), SMALL).near();
    Batch flood = flood();
    fill(near, flood);
    for (Duration due : List.of(Duration.ofMillis(-1), Duration.ZERO, DUE)) {
      Duration took = rig.time(() -> assertFalse(near.send(flood.message(0), due)));
      rig.assertTook(due.isNegative() ? Duration.ZERO : due, took);
    }
  }

  @Rule("4.3")
  final void timeoutsLoseNothing(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    Batch out = flood();
    Batch in = Batch.of(rig.seed(), 10, 24);
    Ledger ledger = new Ledger();
    int sent = fill(pair.near(), out);
    assertFalse(pair.near().send(out.message(sent), SHORT));
    assertEquals(ReceiveResult.TIMED_OUT, pair.near().receive(ledger, SHORT));
    pair.far().send(in);
    for (int i = 0; i < in.count(); i++) {
      assertEquals(ReceiveResult.RECEIVED, pair.near().receive(ledger, rig.limits().patience()));
    }
    rig.assertReceived(ledger, in);
    pair.far().collect();
    sendFrom(pair.near(), out, sent);
    rig.assertReceived(pair.far(), out);
  }

  @Rule("4.4")
  final void interruptEndsReceive(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Task<ReceiveResult> waiting =
        rig.startWaiting("receive", () -> pair.near().receive(NONE, ever()));
    waiting.interrupt();
    assertThrows(InterruptedException.class, () -> rig.result(waiting));
    pair.far().echo();
    assertEchoes(pair.near(), "after the interrupt");
  }

  @Rule("4.5")
  final void interruptEndsSend(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    Batch flood = flood();
    int sent = fill(pair.near(), flood);
    Task<Boolean> waiting =
        rig.startWaiting("send", () -> pair.near().send(flood.message(sent), ever()));
    waiting.interrupt();
    assertThrows(InterruptedException.class, () -> rig.result(waiting));
    pair.far().collect();
    sendFrom(pair.near(), flood, sent);
    rig.assertReceived(pair.far(), flood);
  }

  @Rule(value = "4.6", needs = Capability.DRAIN)
  final void interruptEndsDrain(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled());
    pair.near().send(text("never taken"));
    Task<?> waiting = rig.startWaiting("drain", () -> pair.near().drain(ever()));
    waiting.interrupt();
    assertThrows(InterruptedException.class, () -> rig.result(waiting));
    pair.far().collect();
    assertTrue(pair.near().drain(rig.limits().patience()).complete());
  }

  @Rule("4.7")
  final void theInterruptFlagIsKept(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled());
    Channel near = pair.near();
    pair.far().collect();
    Task<Boolean> interrupted =
        rig.start(
            "interrupted",
            () -> {
              Thread.currentThread().interrupt();
              boolean worked =
                  near.trySend(text("one")) == SendResult.SENT
                      && near.trySend(1, room -> room.put((byte) 2)) == SendResult.SENT
                      && near.poll(NONE, 1) == 0;
              near.onRoom(() -> {});
              rig.await("both messages", () -> pair.far().report().received() == 2);
              near.close();
              pair.listener().close();
              return worked && Thread.interrupted();
            });
    assertTrue(rig.result(interrupted));
  }

  @Rule("4.8")
  final void waitersDoNotDisturbEachOther(Variant variant) throws Exception {
    Pair pair = rig.pair(variant.pulled(), SMALL);
    Batch flood = flood();
    fill(pair.near(), flood);
    Task<Boolean> first =
        rig.startWaiting("first send", () -> pair.near().send(flood.message(0), ever()));
    Task<Boolean> second =
        rig.startWaiting("second send", () -> pair.near().send(flood.message(0), ever()));
    Task<ReceiveResult> third =
        rig.startWaiting("receive", () -> pair.near().receive(NONE, ever()));
    first.interrupt();
    assertThrows(InterruptedException.class, () -> rig.result(first));
    rig.assertStays("the others wait", () -> !second.isDone() && !third.isDone());
    pair.far().collect();
    assertTrue(rig.result(second));
    pair.far().send(Batch.of(rig.seed(), 1, 24));
    assertEquals(ReceiveResult.RECEIVED, rig.result(third));
  }

  @Rule("4.9")
  final void everyMethodMayBeCalledByAnyThread(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Channel near = pair.near();
    pair.far().collect();
    AtomicInteger sent = new AtomicInteger();
    List<Task<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      callers.add(
          rig.start(
              "caller",
              () -> {
                for (int round = 0; round < 100; round++) {
                  callEverything(near, sent);
                }
                return null;
              }));
    }
    for (Task<Void> caller : callers) {
      rig.result(caller);
    }
    rig.await("every message", () -> pair.far().report().received() >= sent.get());
    assertEquals(sent.get(), pair.far().report().received());
    assertFalse(rig.isClosed(near));
  }

  private void callEverything(Channel near, AtomicInteger sent) throws InterruptedException {
    near.send(text("send"));
    sent.incrementAndGet();
    if (near.send(text("send in time"), rig.limits().patience())) {
      sent.incrementAndGet();
    }
    if (near.trySend(text("try")) == SendResult.SENT) {
      sent.incrementAndGet();
    }
    if (near.trySend(8, room -> room.putInt(1)) == SendResult.SENT) {
      sent.incrementAndGet();
    }
    near.onRoom(() -> {});
    near.onError(error -> {});
    if (near.capabilities().contains(Capability.DRAIN)) {
      near.drain(Duration.ZERO);
    }
    assertFalse(rig.isClosed(near));
    assertTrue(near.maxMessageLength() > 0 && near.peer() != null && near.endpoint() != null);
  }

  @Rule("4.10")
  final void handlersNeverOverlap(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    Batch batch = Batch.of(rig.seed(), rig.limits().count(2_000, 300), 24, 1000);
    Ledger ledger = new Ledger();
    rig.receive(
        pair.near(),
        variant,
        message -> {
          if (inside.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
          }
          ledger.onMessage(message);
          if (ledger.count() % 50 == 0) {
            LockSupport.parkNanos(200_000);
          }
          inside.decrementAndGet();
        });
    pair.far().send(batch);
    rig.assertReceived(ledger, batch);
    assertEquals(0, overlaps.get());
  }

  @Rule("4.11")
  final void handlersMayThrow(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 10, 24);
    pair.far().failAt(3);
    pair.far().collect();
    send(pair.near(), batch);
    rig.assertReceived(pair.far(), batch);
    rig.await("the exception", () -> pair.far().report().errors() == 1);
    if (pair.near().capabilities().contains(Capability.DRAIN)) {
      assertTrue(pair.near().drain(rig.limits().patience()).complete());
    }
    assertFalse(rig.isClosed(pair.near()) || rig.isClosed(pair.far().channel()));
  }

  @Rule("4.12")
  final void handlersMustNotWaitForThePeer() throws Exception {
    for (Variant.Side side : Variant.Side.values()) {
      Pair pair = rig.pair(new Variant(Variant.Form.PUSHED, side));
      CompletableFuture<String> allowed = new CompletableFuture<>();
      pair.near().onMessage(message -> allowed.complete(allowedIn(pair)));
      pair.far().send(Batch.of(rig.seed(), 1, 24));
      rig.await("the handler", allowed::isDone);
      assertEquals("", allowed.get());
      pair.listener().close();
    }
  }

  private String allowedIn(Pair pair) {
    Channel near = pair.near();
    return allowed("connect", () -> rig.connect(pair.listener()))
        + allowed("accept", () -> pair.listener().accept(Duration.ZERO))
        + allowed("receive", () -> near.receive(NONE, Duration.ZERO))
        + (near.capabilities().contains(Capability.DRAIN)
            ? allowed("drain", () -> near.drain(Duration.ZERO))
            : "");
  }

  private static String allowed(String name, Task.Step step) {
    try {
      step.run();
      return name + " ";
    } catch (IllegalStateException e) {
      return "";
    } catch (Exception e) {
      return name + ": " + e + " ";
    }
  }

  @Rule("4.13")
  final void handlersMaySendAndClose() throws Exception {
    ChannelConfig patient =
        ChannelConfig.builder().closeTimeout(rig.limits().late(Duration.ofSeconds(2))).build();
    for (Variant.Side side : Variant.Side.values()) {
      Pair pair = rig.pair(new Variant(Variant.Form.PULLED, side), patient);
      pair.listener().close();
      Batch answer = Batch.of(rig.seed(), 1, 100);
      CompletableFuture<Duration> closing = new CompletableFuture<>();
      pair.near()
          .onMessage(
              message -> {
                pair.near().trySend(answer.message(0));
                long start = System.nanoTime();
                pair.near().close();
                closing.complete(Duration.ofNanos(System.nanoTime() - start));
              });
      pair.far().send(Batch.of(rig.seed(), 1, 24));
      rig.await("the handler", closing::isDone);
      rig.assertSoon(Duration.ZERO, closing.get());
      pair.far().collect();
      rig.assertReceived(pair.far(), answer);
      rig.assertEnds(CloseReason.PEER_CLOSED, pair.far().channel());
      rig.assertEnds(CloseReason.LOCAL, pair.near());
    }
  }

  @Rule("4.14")
  final void pullingAndPushingDoNotMix(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Channel near = pair.near();
    if (variant.form() == Variant.Form.PULLED) {
      near.poll(NONE, 1);
      assertThrows(IllegalStateException.class, () -> near.onMessage(NONE));
    } else {
      near.onMessage(NONE);
      assertThrows(IllegalStateException.class, () -> near.poll(NONE, 1));
      assertThrows(IllegalStateException.class, () -> near.receive(NONE, Duration.ZERO));
      assertThrows(IllegalStateException.class, () -> near.onMessage(NONE));
    }
    assertEquals(SendResult.SENT, near.trySend(text("still works")));
  }

  @Rule("4.15")
  final void pollKeepsItsLimit(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Channel near = pair.near();
    Batch batch = Batch.of(rig.seed(), 20, 24);
    Ledger ledger = new Ledger();
    assertThrows(IllegalArgumentException.class, () -> near.poll(ledger, 0));
    assertThrows(IllegalArgumentException.class, () -> near.poll(ledger, -1));
    pair.far().send(batch);
    rig.await("a message to poll", () -> near.poll(ledger, 3) > 0);
    rig.await(
        "all messages",
        () -> {
          long before = ledger.count();
          int taken = near.poll(ledger, 3);
          assertTrue(taken <= 3, "taken=" + taken);
          assertEquals(taken, ledger.count() - before);
          return ledger.count() == batch.count();
        });
    rig.assertReceived(ledger, batch);
  }

  @Rule("4.16")
  final void libraryThreadsAreNamedDaemons(Variant variant) throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Pair pair = rig.pair(variant);
    pair.far().echo();
    Ledger ledger = new Ledger();
    rig.receive(pair.near(), variant, ledger);
    pair.near().send(text("hello"));
    rig.await("the echo", () -> ledger.count() == 1);
    Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
    started.removeAll(before);
    for (Thread thread : started) {
      boolean ours = thread.getName().startsWith("kit ");
      boolean library = thread.getName().startsWith("ipc-") && thread.isDaemon();
      boolean virtualMachine =
          thread.getThreadGroup() == null || thread.getThreadGroup().getParent() == null;
      assertTrue(ours || library || virtualMachine, thread.toString());
    }
  }

  @Rule("4.17")
  final void nullIsRefused(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Channel near = pair.near();
    List<Task.Step> mistakes =
        List.of(
            () -> near.trySend(null),
            () -> near.trySend(1, null),
            () -> near.send(null),
            () -> near.send(null, SHORT),
            () -> near.poll(null, 1),
            () -> near.receive(null, SHORT),
            () -> near.onMessage(null),
            () -> near.onRoom(null),
            () -> near.onError(null));
    for (Task.Step mistake : mistakes) {
      assertThrows(NullPointerException.class, mistake::run);
    }
    assertThrows(IllegalArgumentException.class, () -> near.trySend(-1, room -> {}));
    pair.far().collect();
    near.send(text("fine"));
    rig.await("only the good message", () -> pair.far().report().received() == 1);
  }

  @Rule("4.18")
  final void everyWaitStrategyWorks(Variant variant) throws Exception {
    List<WaitStrategy> strategies =
        List.of(WaitStrategy.sleeping(), WaitStrategy.spinning(), WaitStrategy.adaptive());
    for (WaitStrategy strategy : strategies) {
      Pair pair = rig.pair(variant, ChannelConfig.builder().waitStrategy(strategy).build());
      pair.listener().close();
      pair.far().echo();
      Queue<String> back = new ConcurrentLinkedQueue<>();
      Receiver receiver = rig.receive(pair.near(), variant, message -> back.add(text(message)));
      for (int i = 1; i <= 100; i++) {
        pair.near().send(text("message " + i));
        int expected = i;
        rig.await("the echo with " + strategy, () -> back.size() == expected);
      }
      receiver.close();
      pair.near().close();
    }
  }
}
