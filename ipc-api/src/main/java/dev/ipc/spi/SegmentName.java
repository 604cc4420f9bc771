// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.Objects;
import java.util.UUID;

/**
 * Where the shared memory of a connection is, as the accepting side says it in WELCOME. The peer is
 * not believed: what stands there is checked before it is used.
 *
 * @param nonce the random number in the segment's header
 * @param path absolute
 */
public record SegmentName(UUID nonce, String path) {
  /** Checks that there is a path. */
  public SegmentName {
    Objects.requireNonNull(nonce, "nonce");
    if (path.isEmpty() || path.indexOf(0) >= 0) {
      throw new IllegalArgumentException("the path of a segment is empty or has a zero in it");
    }
  }
}
