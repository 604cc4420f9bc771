// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;

/** Takes what a ring brings: a whole message, or one part after the other. */
@FunctionalInterface
interface PartHandler {
  /**
   * Takes one.
   *
   * @param part from position to limit, in the ring itself: read-only, big-endian, the position is
   *     any number, valid until this method returns. A peer that breaks the rules can still change
   *     the bytes: what is read twice may differ.
   * @param flags {@link SegmentLayout#LAST} or {@link SegmentLayout#MORE}
   */
  void onPart(ByteBuffer part, int flags);
}
