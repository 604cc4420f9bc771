// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Chapter 6: what a killed process does to those who live on. */
abstract class CrashChapter extends Chapter {
  /** A bound for 99 of 100 deaths. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static final int RULES_THAT_KILL = 11;

  private final List<Duration> deaths = new ArrayList<>();
  private final List<Variant> variants = Variant.all().toList();
  private Endpoint place;

  CrashChapter(TransportContract contract) {
    super(contract);
  }

  /** A connection to another process, and the listener if it is ours. */
  private record Victim(Channel near, ForkedFarEnd far, Listener listener, Variant variant) {
    void bury() {
      far.close();
      near.abort();
      if (listener != null) {
        listener.close();
      }
    }
  }

  private interface Death {
    void happen(Victim victim) throws Exception;
  }

  private void requireProcesses() {
    assumeTrue(
        contract.crossesProcesses(),
        () -> "needs another process, which " + rig.endpoint().scheme() + ": does not reach");
  }

  private ForkedFarEnd fork() {
    String mutant = rig.mutant() == null ? FarEndMain.NO_MUTANT : rig.mutant().getClass().getName();
    String transport = contract.transport().getClass().getName();
    return rig.keep(ForkedFarEnd.take(transport, mutant, contract::freshEndpoint));
  }

  private Victim victim(Variant variant) throws InterruptedException {
    ForkedFarEnd far = fork();
    if (variant.near() == Variant.Side.ACCEPTING) {
      Listener listener = rig.keep(rig.context().listen(place()));
      far.connect(listener.endpoint(), variant.form());
      return new Victim(rig.accept(listener), far, listener, variant);
    }
    Endpoint bound = far.listen(place());
    Channel near = rig.ending(rig.context().connect(bound));
    far.accept(variant.form());
    return new Victim(near, far, null, variant);
  }

  /** Always the same name: whoever died there, the next one can start. */
  private Endpoint place() {
    if (place == null) {
      place = rig.endpoint();
    }
    return place;
  }

  /** Lets far ends die again and again, in every variant. */
  private void kill(Death death) throws Exception {
    requireProcesses();
    int share = contract.kills() / RULES_THAT_KILL;
    int kills = rig.limits().count(share, 2);
    for (int i = 0; i < kills; i++) {
      Victim victim = victim(variants.get(i % variants.size()));
      death.happen(victim);
      victim.bury();
    }
    rig.context().listen(place()).close(); // whoever died there last
    deaths.sort(null);
    if (!deaths.isEmpty()) {
      Duration p99 = deaths.get((deaths.size() - 1) * 99 / 100);
      System.out.printf(
          "%s: kills=%d, until PEER_DIED: p99=%d us%n", place, kills, p99.toNanos() / 1000);
      assertTrue(p99.compareTo(SOON) < 0 || kills < 5, "PEER_DIED is late, p99=" + p99);
    }
  }

  private void assertDies(Victim victim) throws Exception {
    long start = System.nanoTime();
    victim.far().kill();
    rig.assertEnds(CloseReason.PEER_DIED, victim.near());
    deaths.add(Duration.ofNanos(System.nanoTime() - start));
  }

  private Batch endless() {
    return Batch.of(rig.seed(), Integer.MAX_VALUE, 24, 100_000, 5_000, 64);
  }

  @Rule(value = "6.1", needs = Capability.PEER_DEATH)
  final void killedWhileIdle() throws Exception {
    kill(this::assertDies);
  }

  @Rule(value = "6.2", needs = Capability.PEER_DEATH)
  final void killedWhileSending() throws Exception {
    kill(
        victim -> {
          Ledger ledger = new Ledger();
          Receiver receiver = rig.receive(victim.near(), victim.variant(), ledger);
          victim.far().send(endless());
          rig.await("some messages", () -> ledger.count() > 20);
          assertDies(victim);
          rig.await("the end", receiver::ended);
          assertEquals("", ledger.fault());
        });
  }

  @Rule(value = "6.3", needs = Capability.PEER_DEATH)
  final void killedWhileHeldBack() throws Exception {
    kill(
        victim -> {
          victim.far().send(endless());
          awaitStandstill(victim.far());
          long sent = victim.far().report().sent();
          victim.far().kill();
          Ledger ledger = new Ledger();
          Receiver receiver = rig.receive(victim.near(), victim.variant(), ledger);
          rig.assertEnds(CloseReason.PEER_DIED, victim.near());
          rig.await("the end", receiver::ended);
          assertEquals("", ledger.fault());
          assertTrue(ledger.count() > 0 && ledger.count() <= sent + 1, "count=" + ledger.count());
        });
  }

  @Rule(value = "6.4", needs = Capability.PEER_DEATH)
  final void killedWhileWeWaitForRoom() throws Exception {
    kill(
        victim -> {
          Batch endless = endless();
          int sent = fill(victim.near(), endless);
          Task<Void> waiting =
              rig.startWaiting(
                  "send",
                  () -> {
                    sendFrom(victim.near(), endless, sent);
                    return null;
                  });
          assertDies(victim);
          assertThrows(ClosedException.class, () -> rig.result(waiting));
        });
  }

  @Rule(value = "6.5", needs = Capability.PEER_DEATH)
  final void killedInItsHandler() throws Exception {
    kill(
        victim -> {
          Batch batch = Batch.of(rig.seed(), 20, 24);
          victim.far().stallAt(3);
          victim.far().collect();
          send(victim.near(), batch);
          rig.await("the handler", () -> victim.far().report().received() == 3);
          assertDies(victim);
        });
  }

  @Rule(value = "6.6", needs = Capability.PEER_DEATH)
  final void killedAmongOthers() throws Exception {
    kill(
        victim -> {
          if (victim.listener() == null) {
            assertDies(victim);
            return;
          }
          Pair other = rig.pair(victim.variant(), ChannelConfig.defaults(), victim.listener());
          Ledger ledger = new Ledger();
          rig.receive(other.near(), victim.variant(), ledger);
          other.far().echo();
          Batch batch = Batch.of(rig.seed(), 2_000, 500);
          Task<Void> traffic =
              rig.start(
                  "traffic",
                  () -> {
                    send(other.near(), batch);
                    return null;
                  });
          victim.far().send(endless());
          assertDies2(victim);
          rig.result(traffic);
          rig.assertReceived(ledger, batch);
        });
  }

  /** Dies while nobody takes what it sent; somebody must, for the end to be seen. */
  private void assertDies2(Victim victim) throws Exception {
    rig.receive(victim.near(), victim.variant(), message -> {});
    assertDies(victim);
  }

  @Rule(value = "6.7", needs = Capability.PEER_DEATH)
  final void killedListenersFreeTheirName() throws Exception {
    requireProcesses();
    int kills = rig.limits().count(contract.kills() / RULES_THAT_KILL, 2);
    for (int i = 0; i < kills; i++) {
      ForkedFarEnd server = fork();
      Endpoint bound = server.listen(place());
      server.serve();
      List<Channel> clients = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        Channel client = rig.ending(rig.context().connect(bound));
        clients.add(client);
        assertEchoes(client, "hello");
      }
      server.kill();
      for (Channel client : clients) {
        rig.assertEnds(CloseReason.PEER_DIED, client);
      }
      server.awaitEnd();
      if (i % 2 == 0) {
        rig.context().listen(place()).close();
      }
      server.close();
    }
    rig.context().listen(place()).close();
  }

  @Rule(value = "6.8", needs = Capability.PEER_DEATH)
  final void killedWhileConnecting() throws Exception {
    kill(
        victim -> {
          if (victim.listener() == null) {
            victim.far().kill();
            return;
          }
          victim.far().knock(victim.listener().endpoint());
          for (int i = 0; i < 5; i++) {
            rig.accept(victim.listener());
          }
          victim.far().kill();
          rig.await("everybody who is left in the queue", () -> emptied(victim.listener()));
          Pair after = rig.pair(victim.variant(), ChannelConfig.defaults(), victim.listener());
          after.far().echo();
          assertEchoes(after.near(), "after the crash");
        });
  }

  private boolean emptied(Listener listener) {
    try {
      return listener.accept(Duration.ofMillis(50)).map(rig::ending).isEmpty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Rule(value = "6.9", needs = Capability.PEER_DEATH)
  final void killedWhileClosing() throws Exception {
    kill(
        victim -> {
          Ledger ledger = new Ledger();
          Receiver receiver = rig.receive(victim.near(), victim.variant(), ledger);
          victim.far().send(Batch.of(rig.seed(), 1000, 24, 50_000));
          rig.await("some messages", () -> ledger.count() > 20);
          victim.far().startClose();
          victim.far().kill();
          CloseReason reason = rig.report(victim.near()).reason();
          assertTrue(
              reason == CloseReason.PEER_DIED || reason == CloseReason.PEER_CLOSED,
              reason.toString());
          rig.await("the end", receiver::ended);
          assertEquals("", ledger.fault());
        });
  }

  @Rule(value = "6.10", needs = Capability.PEER_DEATH)
  final void killedAtAnyTime() throws Exception {
    long seed = rig.seed();
    System.out.println("killed at any time, seed=" + seed);
    Random random = new Random(seed);
    kill(
        victim -> {
          Ledger ledger = new Ledger();
          Receiver receiver = rig.receive(victim.near(), victim.variant(), ledger);
          victim.far().echo();
          Batch endless = endless();
          Task<Void> traffic =
              rig.start(
                  "traffic",
                  () -> {
                    assertThrows(ClosedException.class, () -> send(victim.near(), endless));
                    return null;
                  });
          LockSupport.parkNanos(random.nextInt(50_000_000));
          assertDies(victim);
          rig.result(traffic);
          rig.await("the end", receiver::ended);
          assertEquals("", ledger.fault());
        });
  }

  @Rule(value = "6.11", needs = Capability.PEER_DEATH)
  final void exitWithoutCloseIsDeath() throws Exception {
    kill(
        victim -> {
          victim.far().exit();
          rig.assertEnds(CloseReason.PEER_DIED, victim.near());
        });
  }

  @Rule(value = "6.12", needs = Capability.PEER_DEATH)
  final void stoppedIsNotDead() throws Exception {
    requireProcesses();
    Victim victim = victim(variants.get(0));
    Ledger ledger = new Ledger();
    rig.receive(victim.near(), victim.variant(), ledger);
    victim.far().echo();
    Batch batch = Batch.of(rig.seed(), 500, 24, 5_000);
    victim.far().signal("STOP");
    Task<Void> traffic =
        rig.start(
            "traffic",
            () -> {
              send(victim.near(), batch);
              return null;
            });
    long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (System.nanoTime() - until < 0) {
      assertFalse(rig.isClosed(victim.near()), "a stopped process was taken for dead");
      LockSupport.parkNanos(10_000_000);
    }
    victim.far().signal("CONT");
    rig.result(traffic);
    rig.assertReceived(ledger, batch);
    victim.bury();
    rig.context().listen(place()).close(); // whoever was ended there
  }

  @Rule(value = "6.13", needs = Capability.PEER_DEATH)
  final void crashesLeaveNothingBehind() throws Exception {
    requireProcesses();
    List<Path> files = rig.files();
    leaveOne();
    long descriptors = Threads.descriptors();
    int threads = Threads.ofLibrary().size();
    int kills = rig.limits().count(contract.kills() / RULES_THAT_KILL, 3);
    for (int i = 0; i < kills; i++) {
      leaveOne();
    }
    // each process that waits for its turn holds a few descriptors of ours
    rig.await("descriptors to be closed", () -> Threads.descriptors() <= descriptors + 3);
    rig.await("threads to end", () -> Threads.ofLibrary().size() <= threads);
    rig.context().listen(place()).close();
    assertEquals(files, rig.files());
  }

  private void leaveOne() throws Exception {
    Victim victim = victim(variants.get(0));
    victim.far().echo();
    assertEchoes(victim.near(), "hello");
    assertDies(victim);
    victim.bury();
  }
}
