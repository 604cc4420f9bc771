// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import java.io.File;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.threads.Pauser;

/** How Chronicle Queue is used. */
enum Setting {
  /** Nothing changed; a reader that finds nothing uses Chronicle's own balanced pauser. */
  DEFAULT,
  /**
   * What its documentation advises for speed: a busy reader, blocks that are mapped large and
   * seldom, no check of which thread calls.
   */
  TUNED;

  private static final long BLOCK = 256L << 20;

  ChronicleQueue queue(File directory) {
    SingleChronicleQueueBuilder builder = SingleChronicleQueueBuilder.binary(directory);
    if (this == TUNED) {
      builder.blockSize(BLOCK);
    }
    return builder.build();
  }

  Pauser pauser() {
    return this == TUNED ? Pauser.busy() : Pauser.balanced();
  }
}
