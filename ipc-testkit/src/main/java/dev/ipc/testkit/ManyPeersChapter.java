// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Chapter 7: many peers, and what they cost. */
abstract class ManyPeersChapter extends Chapter {
  private static final MessageHandler NONE = message -> {};

  ManyPeersChapter(TransportContract contract) {
    super(contract);
  }

  private Listener echoing() {
    Listener listener = rig.listen();
    listener.onAccept(
        channel -> {
          rig.ending(channel);
          new LocalFarEnd(channel, Variant.Form.PUSHED).echo();
        });
    return listener;
  }

  @Rule(value = "7.1", needs = Capability.LISTEN)
  final void manyClientsAreServed() throws Exception {
    Listener listener = echoing();
    List<Channel> clients = new ArrayList<>();
    for (int i = 0; i < rig.limits().count(200, 20); i++) {
      clients.add(rig.connect(listener));
    }
    for (int round = 0; round < rig.limits().count(100, 10); round++) {
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send(text("client " + i + " round " + round));
      }
      for (int i = 0; i < clients.size(); i++) {
        String expected = "client " + i + " round " + round;
        MessageHandler check = message -> assertEquals(expected, text(message));
        assertEquals(
            ReceiveResult.RECEIVED, clients.get(i).receive(check, rig.limits().patience()));
      }
    }
  }

  @Rule(value = "7.2", needs = Capability.LISTEN)
  final void nobodyStarves() throws Exception {
    Listener listener = echoing();
    List<Channel> asking = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      asking.add(rig.connect(listener));
    }
    boolean fair = false;
    for (int attempt = 1; attempt <= 3 && !fair; attempt++) { // a busy machine may be unfair once
      fair = isFair(asking, rig.limits().calm().multipliedBy(2L * attempt));
    }
    assertTrue(fair, "a client is served ten times less than another");
  }

  private boolean isFair(List<Channel> asking, Duration time) throws Exception {
    CyclicBarrier start = new CyclicBarrier(asking.size());
    List<Task<Integer>> questions = new ArrayList<>();
    for (Channel client : asking) {
      questions.add(
          rig.start(
              "client",
              () -> {
                ask(client, Duration.ofNanos(1));
                start.await();
                return ask(client, time);
              }));
    }
    List<Integer> answers = new ArrayList<>();
    for (Task<Integer> question : questions) {
      answers.add(rig.result(question));
    }
    return Collections.min(answers) * 10 >= Collections.max(answers);
  }

  /** Asks for some time; how often it was answered. */
  private int ask(Channel client, Duration time) throws Exception {
    int answers = 0;
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - deadline < 0) {
      client.send(text("question"));
      assertEquals(ReceiveResult.RECEIVED, client.receive(NONE, rig.limits().patience()));
      answers++;
    }
    return answers;
  }

  @Rule(value = "7.3", needs = Capability.LISTEN)
  final void clientsComeAndGo(Variant variant) throws Exception {
    Pair steady = rig.pair(variant);
    Ledger ledger = new Ledger();
    rig.receive(steady.near(), variant, ledger);
    steady.far().echo();
    Batch batch = Batch.of(rig.seed(), rig.limits().count(2_000, 200), 24, 1000);
    Task<Void> traffic =
        rig.start(
            "traffic",
            () -> {
              send(steady.near(), batch);
              return null;
            });
    for (int i = 0; i < rig.limits().count(100, 10); i++) {
      Pair visitor = rig.pair(variant, ChannelConfig.defaults(), steady.listener());
      visitor.far().send(Batch.of(rig.seed(), 10, 100));
      visitor.near().send(text("hello"));
      if (i % 2 == 0) {
        visitor.near().abort();
      } else {
        visitor.near().close();
      }
      rig.report(visitor.near());
      visitor.far().abort();
    }
    rig.result(traffic);
    rig.assertReceived(ledger, batch);
  }

  @Rule(value = "7.4", needs = Capability.LISTEN)
  final void nothingIsLeftAfterTheClose() throws Exception {
    List<Path> files = rig.files();
    visit(2);
    long descriptors = Threads.descriptors();
    int threads = Threads.ofLibrary().size();
    visit(rig.limits().count(50, 10));
    rig.await("descriptors to be closed", () -> Threads.descriptors() <= descriptors);
    rig.await("threads to end", () -> Threads.ofLibrary().size() <= threads);
    assertEquals(files, rig.files());
  }

  private void visit(int clients) throws Exception {
    try (IpcContext context = rig.newContext();
        Listener listener = context.listen(rig.endpoint())) {
      listener.onAccept(channel -> new LocalFarEnd(channel, Variant.Form.PUSHED).echo());
      List<Channel> open = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        Channel client = context.connect(listener.endpoint());
        open.add(client);
        assertEchoes(client, "hello");
      }
      open.forEach(Channel::close);
    }
  }

  @Rule(value = "7.5", needs = Capability.LISTEN)
  final void idleChannelsAreQuiet() throws Exception {
    Listener listener = echoing();
    for (int i = 0; i < 50; i++) {
      Channel client = rig.connect(listener);
      client.send(text("hello"));
      client.receive(NONE, rig.limits().patience());
    }
    long window = rig.limits().calm().toNanos() * 10;
    rig.await(
        "less than 1 % of a processor",
        () -> {
          long before = Threads.processorTime();
          LockSupport.parkNanos(window);
          return Threads.processorTime() - before <= window / 100;
        });
  }

  @Rule("7.6")
  final void theLibraryIsSilent() throws Exception {
    Endpoint place = rig.endpoint();
    String mutant = rig.mutant() == null ? FarEndMain.NO_MUTANT : rig.mutant().getClass().getName();
    Process solo =
        ForkedFarEnd.launch(
            List.of("solo", contract.transport().getClass().getName(), mutant, place.toString()));
    try (InputStream out = solo.getInputStream();
        InputStream err = solo.getErrorStream()) {
      Task<byte[]> printed = rig.start("reader", out::readAllBytes);
      Task<byte[]> complained = rig.start("reader", err::readAllBytes);
      assertEquals("", new String(complained.result(rig.limits().limit()), StandardCharsets.UTF_8));
      assertEquals("", new String(printed.result(rig.limits().limit()), StandardCharsets.UTF_8));
      assertTrue(solo.waitFor(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS));
      assertEquals(0, solo.exitValue());
    } finally {
      solo.destroyForcibly();
    }
  }
}
