// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.spi.ProtocolViolation;

/**
 * What becomes of a channel whose memory is not what it should be: the peer broke the protocol, or
 * somebody made the file shorter. Any thread; the channel ends on the poller.
 */
final class Faults {
  private final Inflow inflow;
  private final Closing closing;
  private final Poller poller;

  Faults(Inflow inflow, Closing closing, Poller poller) {
    this.inflow = inflow;
    this.closing = closing;
    this.poller = poller;
  }

  /** The peer broke the protocol; returns false. */
  boolean violated(ProtocolViolation e) {
    poller.executeIfOpen(() -> violation(e));
    return false;
  }

  /** The same on the poller. */
  void violation(ProtocolViolation e) {
    closing.fail(CloseReport.of(e.reason(), e.getMessage()));
  }

  /** The memory is no longer what it was: somebody made the file shorter. Returns false. */
  boolean broken(InternalError e) {
    poller.executeIfOpen(
        () -> {
          inflow.discard(); // before the report, which waits for whatever the ring seems to hold
          closing.finish(CloseReport.of(CloseReason.TRANSPORT_FAILED, e));
        });
    return false;
  }

  /** The same for a reader, who finds nothing there any more. Returns true. */
  boolean unreadable(InternalError e) {
    boolean told = broken(e); // first: another fault may be told of between the two
    inflow.discard();
    return !told;
  }
}
