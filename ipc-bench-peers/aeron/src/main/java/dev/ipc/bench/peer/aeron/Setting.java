// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import io.aeron.Aeron;
import io.aeron.driver.Configuration;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * How Aeron is set up. The driver is always in the serving process, and so on its processor, as it
 * would be in a process of its own: there are two processors, and the client has the other one.
 *
 * <p>The two settings for speed are those of Aeron's own scripts for low latency and of its
 * performance guide: exclusive publications, busy spin, files not sparse and touched before, the
 * largest MTU (so that 1 KiB to 32 KiB are one fragment), no bounds checks.
 */
enum Setting {
  /**
   * The driver embedded, {@code ThreadingMode.INVOKER}: the application's thread runs it and the
   * client's conductor. Aeron advises it where there are few cores.
   */
  INVOKED,
  /**
   * {@code ThreadingMode.SHARED}: one thread for the driver, the default backoff when it has
   * nothing to do. It only moves flow control along; messages do not pass through it.
   */
  SHARED,
  /**
   * Everything at its default: three driver threads with backoff, sparse files, 64 MiB terms, an
   * MTU of 1408 bytes, concurrent publications, fragment assembler; the application's threads idle
   * with the same backoff as all of Aeron's agents.
   */
  DEFAULT;

  private static final int MEBI = 1024 * 1024;

  /** Processes may be stopped between rounds. */
  private static final Duration LIVENESS = Duration.ofMinutes(10);

  boolean tuned() {
    return this != DEFAULT;
  }

  MediaDriver.Context driver(Path place, int size) {
    MediaDriver.Context context =
        new MediaDriver.Context()
            .aeronDirectoryName(place.resolve("aeron").toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .clientLivenessTimeoutNs(LIVENESS.toNanos())
            .publicationUnblockTimeoutNs(LIVENESS.toNanos() * 2)
            .driverTimeoutMs(LIVENESS.toMillis());
    if (tuned()) {
      context
          .threadingMode(this == INVOKED ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
          .ipcMtuLength(Configuration.MAX_UDP_PAYLOAD_LENGTH)
          .ipcTermBufferLength(term(size))
          .termBufferSparseFile(false)
          .performStorageChecks(false);
    }
    return context;
  }

  /**
   * A driver that is invoked moves flow control along at once, so that small terms stay in the
   * cache: these were the fastest of 1, 8, 16 and 64 MiB. A driver that may sleep needs Aeron's
   * default of 64 MiB. A message is at most an eighth of a term.
   */
  private int term(int size) {
    if (this == SHARED) {
      return Configuration.ipcTermBufferLength();
    }
    boolean inFragments = size > Configuration.MAX_UDP_PAYLOAD_LENGTH / 2;
    return inFragments && size <= MEBI / 8 ? MEBI : 8 * MEBI;
  }

  Aeron.Context client(Path place) {
    Aeron.Context context =
        new Aeron.Context()
            .aeronDirectoryName(place.resolve("aeron").toString())
            .driverTimeoutMs(LIVENESS.toMillis());
    if (tuned()) {
      context.preTouchMappedMemory(true).useConductorAgentInvoker(this == INVOKED);
    }
    return context;
  }

  IdleStrategy idling() {
    return tuned()
        ? new BusySpinIdleStrategy()
        : new BackoffIdleStrategy(
            Configuration.IDLE_MAX_SPINS,
            Configuration.IDLE_MAX_YIELDS,
            Configuration.IDLE_MIN_PARK_NS,
            Configuration.IDLE_MAX_PARK_NS);
  }
}
