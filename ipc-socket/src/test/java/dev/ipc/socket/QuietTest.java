// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ReceiveResult;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How much processor time the event loops take; measured over a time, which is the point here. */
class QuietTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;

  /** Processor time of the event loops in the next while, in nanoseconds, by thread. */
  private static Map<Long, Long> used(long nanos) {
    Map<Long, Long> before = times();
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      LockSupport.parkNanos(nanos - (System.nanoTime() - start));
    }
    Map<Long, Long> used = new TreeMap<>();
    times().forEach((id, time) -> used.put(id, time - before.getOrDefault(id, 0L)));
    return used;
  }

  private static Map<Long, Long> times() {
    Map<Long, Long> times = new TreeMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      var info = THREADS.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("ipc-socket")) {
        times.put(id, Math.max(0, THREADS.getThreadCpuTime(id)));
      }
    }
    return times;
  }

  private static long sum(Map<Long, Long> times) {
    return times.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void echo(Sides.Ends ends, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      ends.near().send(Way.bytes(8));
      assertEquals(ReceiveResult.RECEIVED, ends.near().receive(m -> {}, Way.LONG));
    }
  }

  @ParameterizedTest
  @CsvSource({"UNIX, adaptive", "UNIX, sleeping", "TCP, adaptive", "UNIX_EPOLL, adaptive"})
  void idleChannelsCostNothing(Way way, String wait) throws Exception {
    try (Sides sides = new Sides(way, directory, "wait=" + wait)) {
      Sides.Ends ends = sides.connect();
      ends.far().onMessage(ends.far()::trySend);
      echo(ends, 5000);
      long one = sum(used(SECOND));
      for (int i = 0; i < 50; i++) {
        Sides.Ends more = sides.connect();
        more.far().onMessage(more.far()::trySend);
        echo(more, 10);
      }
      long fifty = sum(used(3 * SECOND)) / 3;
      System.out.println(
          "STRESS QuietTest "
              + way
              + " "
              + wait
              + ": idle us per s: "
              + one / 1000
              + ", 50 channels: "
              + fifty / 1000);
      assertTrue(one < SECOND / 100, "ns=" + one);
      assertTrue(fifty < SECOND / 100, "ns=" + fifty);
    }
  }

  /** Nothing is to be gained by reading a socket whose inbox is full. */
  @ParameterizedTest
  @EnumSource
  void aPausedReaderCostsNothing(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends ends = sides.connect();
      ends.near().send(Way.bytes(100_000));
      ends.near().send(Way.bytes(200_000));
      Way.await("pause", Way.LONG, () -> ((FramedChannel) ends.far()).isPaused());
      long paused = sum(used(SECOND));
      assertTrue(paused < SECOND / 50, "ns=" + paused);
    }
  }

  @ParameterizedTest
  @EnumSource
  void spinningTakesOneProcessorUntilItsChannelCloses(Way way) throws Exception {
    int most = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    try (Sides sides = new Sides(way, directory, "wait=spinning")) {
      Sides.Ends ends = sides.connect();
      Sides.Ends other = sides.connect();
      ends.far().onMessage(ends.far()::trySend);
      other.far().onMessage(other.far()::trySend);
      echo(ends, 100);
      Map<Long, Long> open = used(SECOND);
      long spinners = open.values().stream().filter(time -> time > SECOND / 10).count();
      assertEquals(most, spinners, "used=" + open); // two loops at least want to
      List<Channel> all = new ArrayList<>(List.of(ends.near(), ends.far()));
      all.forEach(Channel::close);
      echo(other, 10);
      Map<Long, Long> left = used(SECOND);
      assertTrue(sum(left) > SECOND / 10, "the other one still spins, used=" + left);
      other.near().close();
      other.far().close();
      long after = sum(used(SECOND));
      assertTrue(after < SECOND / 100, "ns=" + after);
    }
  }
}
