// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A context is closed while others connect and listen with it: each call has a clear end. */
@Timeout(90)
class ContextCloseStormTest {
  private static final int ROUNDS = 40 * Way.SCALE;
  private static final int CONNECTING = 3;
  private static final int LISTENING = 2;

  @TempDir Path directory;

  private final long seed = Long.getLong("ipc.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** What one round has made: all of it is closed with the context, or was never made. */
  private record Made(Queue<Channel> channels, Queue<Listener> listeners) {}

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void everyCallEndsClosed(Place place) throws Exception {
    System.out.println("ContextCloseStormTest: -Dipc.seed=" + seed);
    Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
    try (IpcContext servers = Place.context();
        Listener server = servers.listen(place.free(directory))) {
      server.onAccept(accepted::add);
      servers.connect(server.endpoint()).close();
      Set<String> threads = Way.libraryThreads();
      int descriptors = Way.descriptors();
      for (int round = 0; round < ROUNDS; round++) {
        Made made = storm(place, server.endpoint(), round);
        for (Channel channel : made.channels) {
          Collector.end(channel);
        }
        for (Listener listener : made.listeners) {
          assertThrows(ClosedException.class, () -> listener.accept(Duration.ZERO));
        }
        for (Channel channel = accepted.poll(); channel != null; channel = accepted.poll()) {
          Collector.end(channel);
        }
      }
      Way.await("threads", Way.LONG, () -> threads.containsAll(Way.libraryThreads()));
      Way.await("descriptors", Way.LONG, () -> Way.descriptors() <= descriptors);
    }
  }

  /** One context, closed at a random moment while it is used for the first time or for long. */
  private Made storm(Place place, Endpoint server, int round) throws Exception {
    Made made = new Made(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    IpcContext context = Place.context();
    Endpoint once = server.with("connectTimeout", round % 2 == 0 ? "5s" : "0");
    if (round % 3 != 0) {
      made.channels.add(context.connect(server)); // its event loops run
    }
    CyclicBarrier start = new CyclicBarrier(CONNECTING + LISTENING + 1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < CONNECTING; i++) {
      all.add(untilClosed(start, () -> made.channels.add(context.connect(once))));
    }
    for (int i = 0; i < LISTENING; i++) {
      all.add(untilClosed(start, () -> listen(context, fresh(place), made)));
    }
    long pause = random.nextInt(3_000_000);
    start.await(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < pause) {
      Thread.onSpinWait();
    }
    context.close();
    for (CompletableFuture<Void> one : all) {
      Sides.get(one);
    }
    return made;
  }

  private Endpoint fresh(Place place) throws IOException {
    return place.free(Files.createTempDirectory(directory, "l"));
  }

  /** Every other one is left to the context. */
  private static void listen(IpcContext context, Endpoint free, Made made) {
    Listener listener = context.listen(free);
    made.listeners.add(listener);
    if (made.listeners.size() % 2 == 0) {
      listener.close();
    }
  }

  /** Does it again and again; the only way out is that the context is closed. */
  private static CompletableFuture<Void> untilClosed(CyclicBarrier start, Sides.Work work) {
    return Sides.thread(
        () -> {
          start.await(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
          long begun = System.nanoTime();
          while (System.nanoTime() - begun < Way.LONG.toNanos()) {
            try {
              work.run();
            } catch (ClosedException e) {
              return;
            }
          }
          assertTrue(false, "the context was not closed");
        });
  }
}
