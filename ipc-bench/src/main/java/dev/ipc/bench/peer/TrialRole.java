// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.Stopwatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What one process of a trial does. It takes orders from its input and ends with it. */
final class TrialRole {
  private static final long THREADS_END = 10_000_000_000L;
  private static final long TURN = 10_000_000L;
  private static final Set<String> JDK_GROUPS = Set.of("system", "InnocuousThreadGroup");

  private final BufferedReader orders =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final Histogram times = new Histogram(3);
  private long count;
  private volatile boolean stop;
  private volatile boolean reset;

  private TrialRole() {}

  public static void main(String[] args) {
    try {
      Contender contender =
          Trial.contenders().stream().filter(c -> c.name().equals(args[1])).findAny().orElseThrow();
      Work work = Work.valueOf(args[2]);
      int size = Integer.parseInt(args[4]);
      Set<Thread> before = threads();
      if (args[0].equals("serve")) {
        new TrialRole().serve(contender.serve(work, Path.of(args[3]), size));
      } else {
        new TrialRole().connect(contender.connect(work, Path.of(args[3]), size), work, size);
      }
      awaitEnd(before);
      say("closed");
    } catch (Throwable e) {
      e.printStackTrace();
      say("error " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  private void serve(Contender.Server server) throws Exception {
    try (server) {
      say("ready");
      while (orders.readLine().equals("count")) {
        if (server.failure() != null) {
          throw new IllegalStateException(server.failure());
        }
        say(server.received() + " " + System.nanoTime());
      }
    }
    if (server.failure() != null) {
      throw new IllegalStateException(server.failure());
    }
  }

  private void connect(Contender.Client client, Work work, int size) throws Exception {
    try (client) {
      say("ready");
      Thread listening = new Thread(this::listen, "trial-orders");
      listening.start();
      if (work == Work.ROUND_TRIP) {
        roundTrips(client);
      } else {
        oneWay(client, Math.max(1, Math.min(256, 65_536 / size)));
      }
      listening.join();
      say(count + " " + latency());
      orders.readLine();
    }
  }

  private void listen() {
    try {
      while (orders.readLine().equals("reset")) {
        reset = true;
        say("reset");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      stop = true;
    }
  }

  private void oneWay(Contender.Client client, int batch) throws Exception {
    while (!stop) {
      client.send(batch);
      count += batch;
    }
    client.flush();
  }

  private void roundTrips(Contender.Client client) throws Exception {
    while (!stop) {
      if (reset) {
        reset = false;
        times.reset();
      }
      Stopwatch stopwatch = new Stopwatch(TURN);
      client.roundTrips(stopwatch);
      times.add(stopwatch.times());
      count += stopwatch.times().getTotalCount();
    }
  }

  private String latency() {
    return times.getTotalCount() == 0
        ? "none"
        : "p50 %,d ns, p99 %,d ns"
            .formatted(times.getValueAtPercentile(50), times.getValueAtPercentile(99));
  }

  private static void awaitEnd(Set<Thread> before) throws InterruptedException {
    long deadline = System.nanoTime() + THREADS_END;
    Set<Thread> left = threads();
    left.removeAll(before);
    while (!left.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("threads were left behind: " + left);
      }
      Thread.sleep(5);
      left = threads();
      left.removeAll(before);
    }
  }

  /** All but those that the JDK keeps, such as that of a {@link java.lang.ref.Cleaner}. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getThreadGroup() != null)
        .filter(t -> !JDK_GROUPS.contains(t.getThreadGroup().getName()))
        .collect(Collectors.toSet());
  }

  private static void say(String words) {
    System.out.println("> " + words);
  }
}
