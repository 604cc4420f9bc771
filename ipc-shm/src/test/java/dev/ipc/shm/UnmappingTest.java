// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The memory of a channel is given back while everybody uses it, and nobody meets it: whoever reads
 * memory that is not mapped ends the process, and with it this test run.
 */
@Tag("portable")
@Timeout(120)
class UnmappingTest {
  private static final int ROUNDS = 30 * Integer.getInteger("ipc.scale", 1);

  @TempDir Path directory;

  private final AtomicReference<Throwable> fault = new AtomicReference<>();

  private interface Use {
    void run() throws InterruptedException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"4k", "64k"})
  void endsOfAllKindsMeetUsersOfAllKinds(String ring) throws Exception {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("UnmappingTest: -Dipc.seed=" + seed);
    Random random = new Random(seed);
    long before = Pairs.mappings();
    try (Pairs pairs = new Pairs(directory, ring)) {
      for (int round = 0; round < ROUNDS; round++) {
        storm(pairs.connect(), random);
      }
      Pairs.await("the memory to be given back", () -> Pairs.mappings() <= before);
    }
    assertTrue(fault.get() == null, () -> String.valueOf(fault.get()));
  }

  private void storm(Pairs.Pair pair, Random random) throws InterruptedException {
    List<Thread> users = new ArrayList<>();
    boolean pushed = random.nextBoolean();
    for (Channel channel : List.of(pair.near(), pair.far())) {
      users.add(use(channel, () -> channel.trySend(ByteBuffer.allocate(100))));
      users.add(use(channel, () -> channel.send(ByteBuffer.allocate(3000))));
      users.add(use(channel, () -> channel.trySend(64, room -> room.putLong(1))));
      users.add(
          use(
              channel,
              () -> {
                channel.onRoom(() -> {});
                LockSupport.parkNanos(20_000); // each one is a task for the poller
              }));
      if (pushed) {
        channel.onMessage(ByteBuffer::get);
      } else {
        users.add(use(channel, () -> channel.receive(m -> m.get(), Duration.ofMillis(5))));
      }
    }
    LockSupport.parkNanos(random.nextInt(1_500_000));
    end(random.nextBoolean() ? pair.near() : pair.far(), random.nextInt(3));
    end(random.nextBoolean() ? pair.near() : pair.far(), random.nextInt(3));
    pair.near().abort();
    pair.far().abort();
    for (Thread user : users) {
      user.join();
    }
  }

  private static void end(Channel channel, int how) {
    switch (how) {
      case 0 -> channel.close();
      case 1 -> channel.abort();
      default -> channel.endOutput();
    }
  }

  /** Goes on for a while after the end: that is when it is dangerous. */
  private Thread use(Channel channel, Use use) {
    Thread thread =
        new Thread(
            () -> {
              int late = 0;
              while (late < 50) {
                late += channel.closed().toCompletableFuture().isDone() ? 1 : 0;
                try {
                  use.run();
                } catch (ClosedException e) {
                  late++;
                } catch (Throwable e) {
                  fault.compareAndSet(null, e);
                  return;
                }
              }
            });
    thread.start();
    return thread;
  }
}
