// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.EndpointInUseException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.Listener;
import dev.ipc.UnknownSchemeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;

/** Chapter 1: names and connecting. */
abstract class NamesChapter extends Chapter {
  private static final int ACCEPT_QUEUE = 128;

  NamesChapter(TransportContract contract) {
    super(contract);
  }

  private ChannelConfig connectTimeout(Duration timeout) {
    return ChannelConfig.builder().connectTimeout(timeout).build();
  }

  private void assertAbsent(Endpoint endpoint) {
    ChannelConfig once = connectTimeout(Duration.ZERO);
    assertThrows(
        EndpointAbsentException.class, () -> rig.context().connect(endpoint, once).abort());
  }

  private void assertReachable(Listener listener) throws InterruptedException {
    Channel client = rig.connect(listener);
    rig.keep(new LocalFarEnd(rig.accept(listener), Variant.Form.PUSHED)).echo();
    assertEchoes(client, "hello");
  }

  @Rule("1.1")
  final void unknownSchemesAreNamed() {
    Endpoint unknown = Endpoint.of("x-unknown:place");
    for (IpcException thrown :
        List.of(
            assertThrows(UnknownSchemeException.class, () -> rig.context().connect(unknown)),
            assertThrows(UnknownSchemeException.class, () -> rig.context().listen(unknown)))) {
      assertTrue(thrown.getMessage().contains("x-unknown"), thrown.getMessage());
      assertTrue(thrown.getMessage().contains(rig.endpoint().scheme()), thrown.getMessage());
    }
  }

  @Rule("1.2")
  final void wrongOptionsAreNamed() {
    Endpoint unknown = rig.endpoint().with("noSuchOption", "1");
    Endpoint malformed = rig.endpoint().with("maxMessage", "plenty");
    for (InvalidEndpointException thrown : refusals(unknown)) {
      assertTrue(thrown.getMessage().contains("noSuchOption"), thrown.getMessage());
      assertTrue(thrown.getMessage().contains("maxMessage"), thrown.getMessage());
    }
    for (InvalidEndpointException thrown : refusals(malformed)) {
      assertTrue(thrown.getMessage().contains("plenty"), thrown.getMessage());
    }
  }

  private List<InvalidEndpointException> refusals(Endpoint wrong) {
    IpcContext context = rig.context();
    return List.of(
        assertThrows(InvalidEndpointException.class, () -> context.capabilities(wrong)),
        assertThrows(InvalidEndpointException.class, () -> context.listen(wrong).close()),
        assertThrows(InvalidEndpointException.class, () -> context.connect(wrong).abort()));
  }

  @Rule(value = "1.3", needs = Capability.LISTEN)
  final void factsStayReadable(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Endpoint bound = pair.listener().endpoint();
    List<Object> before = facts(pair.near());
    before.forEach(fact -> assertNotNull(fact));
    assertEquals(rig.capabilities(), pair.near().capabilities());
    pair.near().close();
    pair.listener().close();
    assertEquals(before, facts(pair.near()));
    assertEquals(bound, pair.listener().endpoint());
    assertEquals(rig.endpoint().scheme(), bound.scheme());
  }

  private static List<Object> facts(Channel channel) {
    return List.of(
        channel.endpoint(), channel.capabilities(), channel.peer(), channel.maxMessageLength());
  }

  @Rule(value = "1.4", needs = Capability.LISTEN)
  final void absentEndpointsFailAtOnce() throws Exception {
    assertAbsent(rig.endpoint());
    long descriptors = Threads.descriptors();
    rig.assertSoon(
        Duration.ZERO,
        rig.time(
            () -> {
              for (int i = 0; i < 20; i++) {
                assertAbsent(rig.endpoint());
              }
            }));
    rig.await("descriptors to be closed", () -> Threads.descriptors() < descriptors + 10);
  }

  @Rule(value = "1.5", needs = Capability.LISTEN)
  final void connectWaitsForAListener() throws Exception {
    ChannelConfig patient = connectTimeout(rig.limits().patience());
    Task<Channel> client =
        rig.startWaiting("connect", () -> rig.context().connect(rig.endpoint(), patient));
    Listener listener = rig.listen();
    rig.accept(listener);
    rig.result(client).abort();
  }

  @Rule(value = "1.6", needs = Capability.LISTEN)
  final void connectKeepsItsDeadline() throws Exception {
    Duration due = Duration.ofMillis(150);
    rig.assertTook(
        due,
        rig.time(
            () ->
                assertThrows(
                    EndpointAbsentException.class,
                    () -> rig.context().connect(rig.endpoint(), connectTimeout(due)).abort())));
  }

  @Rule(value = "1.7", needs = Capability.LISTEN)
  final void interruptEndsConnect() throws Exception {
    ChannelConfig patient = connectTimeout(rig.limits().patience().multipliedBy(4));
    Task<Channel> client =
        rig.startWaiting("connect", () -> rig.context().connect(rig.endpoint(), patient));
    client.interrupt();
    assertThrows(InterruptedException.class, () -> rig.result(client));
    Listener listener = rig.listen();
    assertReachable(listener);
    assertTrue(listener.accept(SHORT).isEmpty(), "the interrupted client is there");
  }

  @Rule(value = "1.8", needs = Capability.LISTEN)
  final void liveNamesAreNotTaken() throws Exception {
    Listener first = rig.listen();
    Endpoint taken = first.endpoint();
    for (IpcContext context : List.of(rig.context(), rig.newContext())) {
      assertThrows(EndpointInUseException.class, () -> context.listen(taken).close());
      assertReachable(first);
    }
  }

  @Rule(value = "1.9", needs = Capability.LISTEN)
  final void closedNamesAreFreeAtOnce() throws Exception {
    Endpoint place = rig.endpoint();
    for (int i = 0; i < rig.limits().count(100, 10); i++) {
      try (Listener listener = rig.context().listen(place)) {
        place = listener.endpoint();
        if (i % 10 == 9) {
          assertReachable(listener);
        }
      }
    }
  }

  @Rule(value = "1.10", needs = Capability.LISTEN)
  final void oneOfTwoRacersWins() throws Exception {
    Listener probe = rig.listen();
    Endpoint place = probe.endpoint();
    probe.close();
    List<IpcContext> contexts = List.of(rig.context(), rig.newContext());
    for (int i = 0; i < rig.limits().count(200, 10); i++) {
      CyclicBarrier start = new CyclicBarrier(2);
      List<Task<Listener>> racers = new ArrayList<>();
      for (IpcContext context : contexts) {
        racers.add(
            rig.start(
                "racer",
                () -> {
                  start.await();
                  return context.listen(place);
                }));
      }
      assertEquals(1, winners(racers), "winners, round=" + i);
    }
  }

  private int winners(List<Task<Listener>> racers) throws Exception {
    List<Listener> won = new ArrayList<>();
    for (Task<Listener> racer : racers) {
      try {
        won.add(rig.result(racer));
      } catch (EndpointInUseException e) {
        // the loser
      }
    }
    won.forEach(Listener::close);
    return won.size();
  }

  @Rule(value = "1.11", needs = Capability.LISTEN)
  final void endingAChannelKeepsTheName() throws Exception {
    Listener listener = rig.listen();
    Channel client = rig.connect(listener);
    Channel accepted = rig.accept(listener);
    accepted.close();
    client.close();
    assertReachable(listener);
  }

  @Rule(value = "1.12", needs = Capability.LISTEN)
  final void closingAListenerKeepsItsChannels() throws Exception {
    Listener listener = rig.listen();
    Channel client = rig.connect(listener);
    rig.keep(new LocalFarEnd(rig.accept(listener), Variant.Form.PUSHED)).echo();
    listener.close();
    listener.close();
    assertEchoes(client, "still here");
    assertAbsent(listener.endpoint());
  }

  @Rule(value = "1.13", needs = Capability.LISTEN)
  final void acceptKeepsItsDeadline() throws Exception {
    Listener listener = rig.listen();
    for (Duration due : List.of(Duration.ofMillis(-1), Duration.ZERO, Duration.ofMillis(150))) {
      Duration took = rig.time(() -> assertTrue(listener.accept(due).isEmpty()));
      rig.assertTook(due.isNegative() ? Duration.ZERO : due, took);
    }
    assertReachable(listener);
  }

  @Rule(value = "1.14", needs = Capability.LISTEN)
  final void acceptEndsWithTheListener() throws Exception {
    Listener listener = rig.listen();
    Duration patience = rig.limits().patience().multipliedBy(4);
    Task<?> interrupted = rig.startWaiting("accept", () -> listener.accept(patience));
    interrupted.interrupt();
    assertThrows(InterruptedException.class, () -> rig.result(interrupted));
    Task<?> closed = rig.startWaiting("accept", () -> listener.accept(patience));
    listener.close();
    assertThrows(ClosedException.class, () -> rig.result(closed));
    assertThrows(ClosedException.class, () -> listener.accept(Duration.ZERO));
  }

  @Rule(value = "1.15", needs = Capability.LISTEN)
  final void everyChannelIsPushed() throws Exception {
    Listener listener = rig.listen();
    LinkedBlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    Channel early = rig.connect(listener);
    listener.onAccept(
        channel -> {
          accepted.add(channel);
          if (accepted.size() == 2) {
            throw new PlannedException();
          }
        });
    rig.await("the first channel", () -> accepted.size() == 1);
    Channel unlucky = rig.connect(listener);
    rig.report(unlucky);
    rig.connect(listener);
    rig.await("the third channel", () -> accepted.size() == 3);
    assertFalse(rig.isClosed(early));
  }

  @Rule(value = "1.16", needs = Capability.LISTEN)
  final void acceptAndOnAcceptDoNotMix() throws Exception {
    Listener pulled = rig.listen();
    pulled.accept(Duration.ZERO);
    assertThrows(IllegalStateException.class, () -> pulled.onAccept(Channel::abort));
    pulled.close();
    Listener pushed = rig.context().listen(pulled.endpoint());
    rig.keep(pushed).onAccept(Channel::abort);
    assertThrows(IllegalStateException.class, () -> pushed.accept(Duration.ZERO));
    assertThrows(IllegalStateException.class, () -> pushed.onAccept(Channel::abort));
  }

  @Rule(
      value = "1.17",
      needs = {Capability.LISTEN, Capability.HANDSHAKE})
  final void connectedChannelsWaitInABoundedQueue() throws Exception {
    Listener listener = rig.listen();
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < ACCEPT_QUEUE; i++) {
      rig.connect(listener).send(text("client " + i));
      expected.add("client " + i);
    }
    ChannelConfig hasty = connectTimeout(SHORT);
    assertThrows(IpcException.class, () -> rig.connect(listener, hasty));
    ChannelConfig patient = connectTimeout(rig.limits().patience());
    Task<Channel> last = rig.startWaiting("connect", () -> rig.connect(listener, patient));
    Set<String> received = new HashSet<>();
    for (int i = 0; i < ACCEPT_QUEUE; i++) {
      Channel channel = rig.accept(listener);
      channel.receive(message -> received.add(text(message)), rig.limits().patience());
    }
    assertEquals(expected, received);
    rig.result(last);
    rig.accept(listener);
  }

  @Rule(value = "1.18", needs = Capability.LISTEN)
  final void manyMayConnectAtOnce() throws Exception {
    Listener listener = rig.listen();
    int clients = 64;
    CyclicBarrier start = new CyclicBarrier(clients);
    List<Task<Channel>> connecting = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      connecting.add(
          rig.start(
              "client",
              () -> {
                start.await();
                return rig.connect(listener);
              }));
    }
    for (int i = 0; i < clients; i++) {
      rig.accept(listener);
    }
    for (Task<Channel> client : connecting) {
      rig.result(client);
    }
  }

  @Rule(
      value = "1.19",
      needs = {Capability.LISTEN, Capability.HANDSHAKE})
  final void messagesBeforeTheAcceptAreKept() throws Exception {
    Listener listener = rig.listen();
    Batch batch = Batch.of(rig.seed(), 20, 0, 24, 100);
    for (Variant.Form form : Variant.Form.values()) {
      Channel client = rig.connect(listener);
      send(client, batch);
      rig.assertStays("open", () -> !rig.isClosed(client));
      FarEnd far = new LocalFarEnd(rig.accept(listener), form);
      far.collect();
      rig.assertReceived(far, batch);
    }
  }

  @Rule(
      value = "1.20",
      needs = {Capability.LISTEN, Capability.HANDSHAKE})
  final void unacceptedChannelsCloseWithTheListener() throws Exception {
    Listener listener = rig.listen();
    Channel client = rig.connect(listener);
    listener.close();
    rig.assertEnds(CloseReason.PEER_CLOSED, client);
  }

  @Rule(value = "1.21", needs = Capability.PEER_CREDENTIALS)
  final void thePeersUserIsKnown(Variant variant) throws Exception {
    Path mine = Files.createTempFile("ipc-testkit", ".owner");
    try {
      assertEquals(Files.getOwner(mine), rig.pair(variant).near().peer().user().orElse(null));
    } finally {
      Files.delete(mine);
    }
  }

  @Rule("1.22")
  final void capabilitiesAreHonest(Variant variant) throws Exception {
    Channel near = rig.pair(variant).near();
    if (!near.capabilities().contains(Capability.HALF_CLOSE)) {
      assertThrows(UnsupportedOperationException.class, near::endOutput);
    }
    if (!near.capabilities().contains(Capability.DRAIN)) {
      assertThrows(UnsupportedOperationException.class, () -> near.drain(Duration.ZERO));
    }
    assertThrows(
        UnsupportedOperationException.class, () -> near.capabilities().add(Capability.REMOTE));
    assertInstanceOf(Set.class, rig.capabilities());
  }
}
