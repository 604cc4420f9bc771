// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.ipc.Channel;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small message allocates less than a byte, all threads of both processes together. */
@Isolated("others allocate in the same process")
@Timeout(180)
class AllocationTest {
  static final int LENGTH = 32;
  static final byte ECHO = 1;

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int WARM_UP = 30_000;
  private static final int ECHOES = 100_000;
  private static final int FLOOD = 1_000_000;

  @TempDir Path directory;

  private final Semaphore done = new Semaphore(0);
  private final ByteBuffer ping = ByteBuffer.allocateDirect(LENGTH).put(0, ECHO);
  private Channel channel;

  /** How much is still to arrive; the handler's own while messages flow. */
  private volatile int missing;

  /** What each thread that lives has allocated so far, in bytes, by thread. */
  private static Map<Long, Long> byThread() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<Long, Long> all = new HashMap<>();
    for (long id : threads.getAllThreadIds()) {
      all.put(id, Math.max(0, threads.getThreadAllocatedBytes(id)));
    }
    return all;
  }

  static long allocated() {
    return allocatedSince(Map.of());
  }

  /** Threads that other tests left and that end meanwhile do not count. */
  private static long allocatedSince(Map<Long, Long> before) {
    return byThread().entrySet().stream()
        .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aSmallMessageAllocatesLessThanAByte(String scheme) throws Exception {
    Endpoint place = new Place(scheme, "nio").free(directory);
    List<String> command = Fork.command(Path.of(System.getProperty("java.home")), List.of());
    command.set(command.size() - 1, AllocationMain.class.getName());
    command.add(place.toString());
    try (Fork far = Fork.start(command);
        IpcContext context = Place.context()) {
      channel = context.connect(Endpoint.of(far.line()));
      channel.onMessage(this::arrived);
      for (int round = 0; round < 2; round++) { // the first one warms up
        check(far, "echoes", round == 0 ? WARM_UP : ECHOES, this::echoes);
        check(far, "flood out", round == 0 ? WARM_UP : FLOOD, this::floodOut);
        check(far, "flood in", round == 0 ? WARM_UP : FLOOD, count -> floodIn(far, count));
      }
    }
  }

  private interface Work {
    void run(int count) throws Exception;
  }

  private static void check(Fork far, String what, int count, Work work) throws Exception {
    long theirs = told(far, 0);
    Map<Long, Long> before = byThread();
    work.run(count);
    long bytes = allocatedSince(before) + told(far, 0) - theirs;
    double each = (double) bytes / count;
    System.out.printf(
        "STRESS AllocationTest %s: %d messages, %.3f bytes each%n", what, count, each);
    assertTrue(count == WARM_UP || each < 1, what + ", bytes each=" + each);
  }

  private static long told(Fork far, int flood) throws Exception {
    far.tell(Integer.toString(flood));
    return Long.parseLong(far.line());
  }

  private void arrived(ByteBuffer message) {
    int left = missing - 1;
    missing = left;
    if (left == 0) {
      done.release();
    } else if (message.get(message.position()) == ECHO) {
      channel.trySend(ping);
    }
  }

  private void echoes(int count) throws Exception {
    missing = count;
    channel.send(ping);
    assertTrue(done.tryAcquire(1, TimeUnit.MINUTES));
  }

  private void floodOut(int count) throws Exception {
    ByteBuffer message = ByteBuffer.allocateDirect(LENGTH);
    for (int i = 0; i < count; i++) {
      channel.send(message);
    }
    assertEquals(new DrainReport(true, 0), channel.drain(PATIENCE));
  }

  private void floodIn(Fork far, int count) throws Exception {
    missing = count;
    told(far, count);
    assertTrue(done.tryAcquire(1, TimeUnit.MINUTES));
  }
}
