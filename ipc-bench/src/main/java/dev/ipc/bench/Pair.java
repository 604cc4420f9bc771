// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * The server and the client of one contender. Between its rounds a pair is stopped by a signal: it
 * stays warm, and even one that spins leaves the processors to the others.
 */
final class Pair implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** The client is at full speed before the window opens, and still when it closes. */
  private static final long LEAD_MILLIS = 50;

  private static final long TAIL_MILLIS = 100;

  /** How often a window may close too late for the client. */
  private static final int ATTEMPTS = 3;

  /** After some traffic, this long before idleness begins: compilers are done by then. */
  private static final long SETTLE_MILLIS = 1000;

  /** How often the way from sleep to sleep is gone, before the rests are long. */
  private static final long SHORT_RESTS = 8000;

  /** Longer than anybody looks for more traffic before sleeping. */
  private static final Duration SHORT_REST = Duration.ofNanos(200_000);

  private static final Duration REST = Duration.ofSeconds(1);

  /** Warm is what was not faster by a twentieth, this often. */
  private static final int STEADY = 2;

  private static final double FASTER = 1.05;
  private static final int MOST_SLICES = 12;

  /** And no fewer round trips: with fewer, the compilers have not seen all there is. */
  private static final int LEAST_TRIPS = 20_000;

  private final Workshop workshop;
  private final Question question;
  private final Path place;
  private final Map<Side, Child> children = new EnumMap<>(Side.class);
  private long sent;

  private Pair(Workshop workshop, Question question) throws IOException {
    this.workshop = workshop;
    this.question = question;
    this.place = workshop.place();
  }

  static Pair start(Workshop workshop, Entry entry, Question question)
      throws Failure, IOException, InterruptedException {
    Pair pair = new Pair(workshop, question);
    try {
      for (Side side : Side.values()) {
        Child child = workshop.start(side, entry, question, pair.place);
        pair.children.put(side, child);
        child.reply("ready", PATIENCE);
      }
      return pair;
    } catch (Failure | InterruptedException e) {
      pair.close();
      throw e;
    }
  }

  /**
   * Works until it no longer gets faster: for this time at least, and several times as long at
   * most. Compilers share the processor with what they compile, so some need much longer than
   * others.
   *
   * @param latest the time of {@link System#nanoTime} after which it is warm enough anyway
   */
  void warmUp(Duration time, long latest) throws Failure, InterruptedException {
    Duration slice = time.dividedBy(STEADY + 1);
    if (question.measure() == Measure.IDLE) {
      speed(slice);
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
      return;
    }
    double best = 0;
    double done = 0;
    int steady = 0;
    for (int i = 0; i < MOST_SLICES && (steady < STEADY || isCold(done)); i++) {
      if (i > STEADY && System.nanoTime() - latest > 0) {
        break;
      }
      double speed = speed(slice);
      steady = speed > best * FASTER ? 0 : steady + 1;
      best = Math.max(best, speed);
      done += speed;
    }
    if (question.measure() == Measure.RESTED) {
      rested(SHORT_RESTS, SHORT_REST);
    }
  }

  private boolean isCold(double trips) {
    return question.work() == Contender.Work.ROUND_TRIP && trips < LEAST_TRIPS;
  }

  /** How many messages the client had the time for. */
  private double speed(Duration time) throws Failure, InterruptedException {
    if (question.work() == Contender.Work.ROUND_TRIP) {
      return times(run("trips", time)).getTotalCount();
    }
    long count = Long.parseLong(run("sent", time)[1]);
    sent += count;
    awaitReceived();
    return count;
  }

  /** Works, or is idle, for that long. */
  Figures measure(Duration time) throws Failure, InterruptedException {
    return switch (question.measure()) {
      case ROUND_TRIP -> roundTrips(time);
      case RESTED -> rested(time.dividedBy(REST), REST);
      case ONE_WAY -> oneWay(time);
      case IDLE -> idle(time);
    };
  }

  /** Stops all processes where they are. */
  void pause() throws IOException {
    Child.signal("STOP", pids());
  }

  /** Lets them go on. */
  void resume() throws IOException {
    Child.signal("CONT", pids());
  }

  List<Long> pids() {
    return children.values().stream().flatMap(child -> child.pids().stream()).toList();
  }

  /** Ends the processes, client first, and removes their files. */
  @Override
  public void close() throws IOException {
    resume();
    for (Side side : List.of(Side.CLIENT, Side.SERVER)) {
      Child child = children.get(side);
      if (child != null) {
        child.end();
        workshop.forget(child);
      }
    }
    Workshop.remove(place);
  }

  private Figures roundTrips(Duration time) throws Failure, InterruptedException {
    return trips(run("trips", time));
  }

  private Figures rested(long count, Duration rest) throws Failure, InterruptedException {
    client().tell("rested " + count + " " + rest.toNanos());
    return trips(client().reply("trips", rest.multipliedBy(2 * count).plus(PATIENCE)));
  }

  private static Figures trips(String[] words) throws Failure {
    return Figures.ofRoundTrips(times(words), Double.parseDouble(words[2]));
  }

  private static Histogram times(String[] words) throws Failure {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(words[1]));
      return Histogram.decodeFromCompressedByteBuffer(bytes, 1);
    } catch (DataFormatException e) {
      throw new Failure("the client's answer cannot be read: " + e.getMessage());
    }
  }

  private Figures oneWay(Duration time) throws Failure, InterruptedException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<Figures> figures = window(time);
      if (figures.isPresent()) {
        return figures.get();
      }
    }
    throw new Failure("the client ended before the window closed, times=" + ATTEMPTS);
  }

  /** Nothing if the client ended before the window closed. */
  private Optional<Figures> window(Duration time) throws Failure, InterruptedException {
    long millis = time.toMillis();
    client().tell("run " + (LEAD_MILLIS + millis + TAIL_MILLIS));
    server().tell("window " + LEAD_MILLIS + " " + millis);
    String[] window = server().reply("window", time.plus(PATIENCE));
    boolean early = client().replied();
    String[] run = client().reply("sent", time.plus(PATIENCE));
    sent += Long.parseLong(run[1]);
    awaitReceived();
    if (early) {
      return Optional.empty();
    }
    double count = Double.parseDouble(window[1]);
    double rate = count * 1e9 / Double.parseDouble(window[2]);
    double allocated =
        Double.parseDouble(window[3]) / count
            + Double.parseDouble(run[2]) / Double.parseDouble(run[1]);
    return Optional.of(
        Figures.of(
            Map.of(
                Metric.RATE,
                rate,
                Metric.MEGABYTES,
                rate * question.size() / 1e6,
                Metric.ALLOCATION,
                Math.max(0, allocated))));
  }

  private Figures idle(Duration time) throws InterruptedException {
    Map<Side, Double> before = new EnumMap<>(Side.class);
    children.forEach((side, child) -> before.put(side, ProcFiles.cpuSeconds(child.pids())));
    long start = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    double seconds = (System.nanoTime() - start) / 1e9;
    double most = 0;
    for (Side side : Side.values()) {
      double worked = ProcFiles.cpuSeconds(children.get(side).pids()) - before.get(side);
      most = Math.max(most, worked / seconds);
    }
    return Figures.of(Map.of(Metric.CPU, most, Metric.MEMORY, ProcFiles.residentBytes(pids())));
  }

  private String[] run(String reply, Duration time) throws Failure, InterruptedException {
    client().tell("run " + time.toMillis());
    return client().reply(reply, time.plus(PATIENCE));
  }

  /** Everything that was sent has to arrive, and nothing else. */
  private void awaitReceived() throws Failure, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long received = -1;
    while (received != sent) {
      if (received > sent || System.nanoTime() > deadline) {
        throw new Failure("the count is wrong, sent=" + sent + ", received=" + received);
      }
      server().tell("count");
      received = Long.parseLong(server().reply("count", PATIENCE)[1]);
    }
  }

  private Child server() {
    return children.get(Side.SERVER);
  }

  private Child client() {
    return children.get(Side.CLIENT);
  }
}
