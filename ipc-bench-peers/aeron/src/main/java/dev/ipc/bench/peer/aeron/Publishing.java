// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

/** How a message is handed to Aeron. */
enum Publishing {
  /** {@code offer}: it is copied from the caller's buffer, in fragments where it must be. */
  OFFER,
  /**
   * {@code tryClaim}: the caller writes all of its bytes into the log itself. Where a message is
   * longer than a fragment, Aeron has only {@code offer}.
   */
  CLAIM
}
