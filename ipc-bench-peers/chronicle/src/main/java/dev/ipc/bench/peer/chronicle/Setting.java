// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import dev.ipc.bench.Contender.Work;
import java.io.File;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.SparseRollCycles;
import net.openhft.chronicle.threads.BusyPauser;
import net.openhft.chronicle.threads.Pauser;

/** How Chronicle Queue is used. */
enum Setting {
  /**
   * Nothing changed; a reader that finds nothing uses Chronicle's own balanced pauser, which spins
   * before it sleeps, but sleeps at once where there are fewer than four processors.
   */
  DEFAULT,
  /**
   * What its documentation advises for speed: a busy reader of round trips, blocks that are mapped
   * large and seldom, a sparse index, no checks of bounds and of which thread calls.
   */
  TUNED;

  private static final long BLOCK = 256L << 20;

  ChronicleQueue queue(File directory) {
    SingleChronicleQueueBuilder builder = SingleChronicleQueueBuilder.binary(directory);
    if (this == TUNED) {
      builder.blockSize(BLOCK).rollCycle(SparseRollCycles.LARGE_HOURLY_XSPARSE);
    }
    return builder.build();
  }

  /**
   * How a reader waits. {@link Pauser#busy} would sleep on few processors. One way a busy reader
   * takes from the writer the memory that it writes to: it is slower than one that sleeps.
   */
  Pauser pauser(Work work) {
    if (this == DEFAULT) {
      return Pauser.balanced();
    }
    return work == Work.ROUND_TRIP ? BusyPauser.INSTANCE : Pauser.sleepy();
  }
}
