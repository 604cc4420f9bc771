// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.List;

/** What our transports have to reach, with default settings unless a name says otherwise. */
final class Targets {
  private static final int SMALL = 32;
  private static final int LARGE = 64 * 1024;
  private static final double PART_OF_A_CORE = 0.01;

  /** What rounds to 0.00 bytes: the measurement itself allocates a little. */
  private static final double NOTHING = 0.005;

  private static final Rivals AERON = Rivals.of("aeron*");

  private final List<Target> all = new ArrayList<>();

  private Targets() {}

  static List<Target> all() {
    Targets targets = new Targets();
    targets.sharedMemory();
    targets.unix();
    targets.tcp();
    targets.fifo();
    targets.everywhere();
    return List.copyOf(targets.all);
  }

  private void sharedMemory() {
    roundTrip("shm-spinning", Metric.P50, Rivals.of(Probe.SYSTEM), Bound.atMost(1.3));
    roundTrip("shm", Metric.P50, AERON, Bound.atMost(1));
    roundTrip("shm", Metric.P99, AERON, Bound.atMost(1));
    rate("shm", SMALL, AERON, Bound.atLeast(1.2));
    rate("shm-unsafe", SMALL, AERON, Bound.atLeast(1.5));
    rate("shm", 256, AERON, Bound.atLeast(1.2));
    rate("shm", 1024, AERON, Bound.atLeast(2));
    rate("shm", LARGE, AERON, Bound.atLeast(3));
    rate("shm", 1 << 20, AERON, Bound.atLeast(2));
    Rivals blocking = Rivals.of("jdk-unix");
    rested("shm", blocking, Bound.atMost(1.3));
    rested("shm-pulled", blocking, Bound.atMost(2.2));
    rate("shm-4threads", SMALL, Rivals.of("agrona-mpsc-4threads*"), Bound.atLeast(1));
  }

  private void unix() {
    roundTrip("unix", Metric.P50, Rivals.of("jdk-unix-poll"), Bound.atMost(1.7));
    Rivals defaults = Rivals.of("grpc*-default", "rsocket*-default", "jeromq*-default");
    roundTrip("unix", Metric.P50, defaults, Bound.atMost(0.12));
    rate(
        "unix",
        SMALL,
        Rivals.of("jeromq-ipc*", "netty-*-unix", "netty-*-unix-busy"),
        Bound.atLeast(3));
    rate("unix", SMALL, Rivals.of("jdk-unix*batch"), Bound.atLeast(0.35));
    rate("unix", LARGE, Rivals.of("jdk-unix*", "junixsocket*"), Bound.atLeast(0.95));
    rate("unix-echo-1000", SMALL, Rivals.of("unix-echo-10"), Bound.atLeast(0.8));
    roundTrip("unix-sleeping", Metric.P50, Rivals.of("netty-*-unix-default"), Bound.atMost(1.05));
  }

  private void tcp() {
    roundTrip("tcp", Metric.P50, Rivals.of("jdk-tcp-poll"), Bound.atMost(1.7));
    rate(
        "tcp",
        SMALL,
        Rivals.of("jeromq-tcp*", "netty-*-tcp", "netty-*-tcp-busy"),
        Bound.atLeast(3));
    rate("tcp", LARGE, Rivals.of("jdk-tcp*"), Bound.atLeast(0.95));
    roundTrip("tcp-sleeping", Metric.P50, Rivals.of("netty-*-tcp-default"), Bound.atMost(1.05));
  }

  private void fifo() {
    roundTrip("fifo", Metric.P50, Rivals.of("jdk-fifo"), Bound.atMost(0.2));
    rate("fifo", SMALL, Rivals.of("jdk-fifo"), Bound.atLeast(15));
    rate("fifo", LARGE, Rivals.of("jdk-fifo*"), Bound.atLeast(1));
  }

  private void everywhere() {
    for (String scheme : List.of("shm", "unix", "tcp", "fifo")) {
      alone(
          scheme + "-echo-50",
          new Target.Asked(new Question(Measure.IDLE, SMALL), Metric.CPU),
          Bound.atMost(PART_OF_A_CORE));
    }
    Target.Asked allocation =
        new Target.Asked(new Question(Measure.ONE_WAY, SMALL), Metric.ALLOCATION);
    alone("shm", allocation, Bound.atMost(NOTHING));
    alone("unix", allocation, Bound.atMost(1));
    alone("tcp", allocation, Bound.atMost(1));
  }

  private void alone(String ours, Target.Asked asked, Bound bound) {
    String title =
        ours
            + "; "
            + asked.question().title()
            + ", "
            + asked.metric().title()
            + ", "
            + asked.metric().unit();
    all.add(new Target(title, asked, ours, Rivals.NONE, bound));
  }

  private void roundTrip(String ours, Metric metric, Rivals rivals, Bound bound) {
    compare(ours, new Target.Asked(new Question(Measure.ROUND_TRIP, SMALL), metric), rivals, bound);
  }

  private void rested(String ours, Rivals rivals, Bound bound) {
    Question question = new Question(Measure.RESTED, SMALL);
    compare(ours, new Target.Asked(question, Metric.P50), rivals, bound);
  }

  private void rate(String ours, int size, Rivals rivals, Bound bound) {
    Question question = new Question(Measure.ONE_WAY, size);
    compare(ours, new Target.Asked(question, Metric.RATE), rivals, bound);
  }

  private void compare(String ours, Target.Asked asked, Rivals rivals, Bound bound) {
    String figure = asked.question().title() + ", " + asked.metric().title();
    all.add(
        new Target(
            ours + " / best of " + String.join(", ", rivals.patterns()) + "; " + figure,
            asked,
            ours,
            rivals,
            bound));
  }
}
