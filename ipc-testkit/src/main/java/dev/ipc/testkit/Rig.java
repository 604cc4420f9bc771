// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.MessageHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Everything one rule needs to be tested; ends with it, whatever happened. */
final class Rig implements AutoCloseable {
  private static final AtomicLong SEEDS =
      new AtomicLong(Long.getLong("ipc.seed", System.nanoTime()));

  private final TransportContract contract;
  private final Limits limits;
  private final Mutant mutant;
  private final Endpoint endpoint;
  private final Deque<AutoCloseable> toEnd = new ConcurrentLinkedDeque<>();
  private IpcContext context;
  private IpcContext clients;

  Rig(TransportContract contract, Limits limits, Mutant mutant) {
    this.contract = contract;
    this.limits = limits;
    this.mutant = mutant;
    this.endpoint = contract.freshEndpoint();
  }

  Limits limits() {
    return limits;
  }

  Mutant mutant() {
    return mutant;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  long seed() {
    return SEEDS.incrementAndGet();
  }

  Set<Capability> capabilities() {
    return context().capabilities(endpoint);
  }

  synchronized IpcContext context() {
    if (context == null) {
      context = newContext();
    }
    return context;
  }

  /**
   * Where the connecting ends live: with threads of their own, as in another process, so that a
   * handler that waits for one end does not keep the other from going on.
   */
  synchronized IpcContext clients() {
    if (clients == null) {
      clients = newContext();
    }
    return clients;
  }

  IpcContext newContext() {
    return keep(
        IpcContext.of(
            ChannelConfig.defaults(),
            mutant == null ? contract.transport() : mutant.of(contract.transport())));
  }

  /** Ends this with the rig, the last one first. */
  <T extends AutoCloseable> T keep(T resource) {
    toEnd.push(resource);
    return resource;
  }

  /** Ends this channel with the rig. */
  Channel ending(Channel channel) {
    toEnd.push(channel::abort);
    return channel;
  }

  /** What stands in the transport's directory, lock files left out. */
  List<Path> files() throws IOException {
    Optional<Path> directory = contract.directory();
    if (directory.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory.get())) {
      return files.filter(file -> !file.toString().endsWith(".lock")).sorted().toList();
    }
  }

  // ---- connections

  Listener listen() {
    return listen(ChannelConfig.defaults());
  }

  Listener listen(ChannelConfig config) {
    return keep(context().listen(endpoint, config));
  }

  Channel connect(Listener listener) throws InterruptedException {
    return connect(listener, ChannelConfig.defaults());
  }

  Channel connect(Listener listener, ChannelConfig config) throws InterruptedException {
    return ending(clients().connect(listener.endpoint(), config));
  }

  Channel accept(Listener listener) throws InterruptedException {
    return listener
        .accept(limits.patience())
        .map(this::ending)
        .orElseThrow(() -> new AssertionError("no channel was there to accept"));
  }

  Pair pair(Variant variant) throws InterruptedException {
    return pair(variant, ChannelConfig.defaults());
  }

  Pair pair(Variant variant, ChannelConfig config) throws InterruptedException {
    return pair(variant, config, listen(config));
  }

  /** One more connection over the same listener. */
  Pair pair(Variant variant, ChannelConfig config, Listener listener) throws InterruptedException {
    Channel connecting = connect(listener, config);
    Channel accepting = accept(listener);
    boolean nearConnects = variant.near() == Variant.Side.CONNECTING;
    LocalFarEnd far = new LocalFarEnd(nearConnects ? accepting : connecting, variant.form());
    return new Pair(nearConnects ? connecting : accepting, far, listener);
  }

  Receiver receive(Channel channel, Variant variant, MessageHandler handler) {
    return keep(Receiver.start(channel, variant.form(), handler));
  }

  // ---- waiting and checking

  <T> Task<T> start(String name, Callable<T> work) {
    return Task.start(name, work);
  }

  /** What a task that must come to an end comes to. */
  <T> T result(Task<T> task) throws Exception {
    return task.result(limits.patience());
  }

  /** Starts something that must wait, and returns when it does. */
  <T> Task<T> startWaiting(String name, Callable<T> work) {
    Task<T> task = start(name, work);
    await(name + " to wait", () -> task.isWaiting() || task.isDone());
    assertStays(name + " waits", () -> !task.isDone());
    return task;
  }

  /** Waits for what must happen. */
  void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      long waited = System.nanoTime() - start;
      if (waited > limits.patience().toNanos()) {
        fail("waited " + limits.patience() + " for " + what);
      }
      LockSupport.parkNanos(Math.min(1_000_000, 50_000 + waited / 10));
    }
  }

  /** Looks for a while whether something that must not happen happens. */
  void assertStays(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limits.calm().toNanos();
    do {
      assertTrue(condition.getAsBoolean(), "no longer: " + what);
      LockSupport.parkNanos(1_000_000);
    } while (System.nanoTime() - deadline < 0);
  }

  CloseReport report(Channel channel) throws Exception {
    return channel
        .closed()
        .toCompletableFuture()
        .get(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
  }

  void assertEnds(CloseReason reason, Channel channel) throws Exception {
    assertEquals(reason, report(channel).reason());
  }

  boolean isClosed(Channel channel) {
    return channel.closed().toCompletableFuture().isDone();
  }

  /** The far end has received all of this and nothing else, whole and in order. */
  void assertReceived(FarEnd far, Batch batch) {
    await(
        "the far end to receive " + batch,
        () -> far.report().received() >= batch.count() || !far.report().fault().isEmpty());
    assertEquals("", far.report().fault());
    assertEquals(batch.digest(), far.report().digest(), "digest");
  }

  /** The ledger has all of this and nothing else, whole and in order. */
  void assertReceived(Ledger ledger, Batch batch) {
    await(
        "the near end to receive " + batch,
        () -> ledger.count() >= batch.count() || !ledger.fault().isEmpty());
    assertEquals("", ledger.fault());
    assertEquals(batch.digest(), ledger.digest(), "digest");
  }

  /** It took at least this long, and not much longer. */
  void assertTook(Duration due, Duration took) {
    assertTrue(took.compareTo(due) >= 0, "too early, due=" + due + ", took=" + took);
    assertSoon(due, took);
  }

  /** It took not much longer than this. */
  void assertSoon(Duration due, Duration took) {
    assertTrue(took.compareTo(limits.late(due)) <= 0, "too late, due=" + due + ", took=" + took);
  }

  /** How long it takes. */
  Duration time(Task.Step work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  // ---- the end

  @Override
  public void close() {
    AutoCloseable next;
    while ((next = toEnd.poll()) != null) {
      try {
        next.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot clean up", e);
      }
    }
  }

  /** Ends what can be ended without waiting for it. */
  void abandon() {
    Task.start(
        "abandon",
        () -> {
          close();
          return null;
        });
  }
}
