// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.spi.CloseCode;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.Deadline;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a channel ends; on the poller. What the peer has sent is in the ring whatever happens to the
 * socket, so a receiver finds it after any of these.
 *
 * <pre>
 *  close()    feed what is staged, CLOSE, read and drop until the peer's end, at most closeTimeout
 *  abort()    close the socket
 *  CLOSE      close the socket, PEER_CLOSED
 *  EOF        PEER_DIED
 *  violation  CLOSE with the reason, read and drop for a while
 * </pre>
 */
final class Closing {
  /** How long a peer that broke the protocol may take to read why, in nanoseconds. */
  private static final long LINGER_NANOS = 1_000_000_000L;

  private final ShmChannel channel;
  private final ControlSocket control;
  private final Poller poller;
  private Timers.Timer timer;
  private boolean dropping;

  Closing(ShmChannel channel, ControlSocket control, Poller poller) {
    this.channel = channel;
    this.control = control;
    this.poller = poller;
  }

  /** Whether what arrives is no longer wanted. */
  boolean dropping() {
    return dropping;
  }

  /** This side closes in order. */
  void begin() {
    if (!control.isOpen()) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed"));
      return;
    }
    long limit = Deadline.nanos(channel.config().closeTimeout());
    limit(CloseReport.of(CloseReason.LOCAL, "closed, the peer's end did not come in time"), limit);
    endWith(CloseCode.ORDERLY, "");
  }

  /** This side cuts. */
  void cut() {
    finish(CloseReport.of(CloseReason.LOCAL, "aborted"));
  }

  /** The peer is at fault: ends, and tells it why. */
  void fail(CloseReport report) {
    if (!dropping && control.isOpen()) {
      channel.dropInput();
      channel.report(report);
      limit(report, LINGER_NANOS);
      endWith(CloseCode.of(report.reason()), report.detail());
    }
  }

  /** The peer closed; everything it had sent is in the ring. */
  void peerClosed(CloseFrame close) {
    boolean orderly = close.code() == CloseCode.ORDERLY;
    String detail = orderly ? "the peer closed" : "the peer says: ";
    finish(CloseReport.of(close.code().reported(), detail + close.detail()));
  }

  /** The stream ended; everything that was sent before is in the ring. */
  void streamEnded(Optional<IOException> error) {
    if (dropping) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed"));
      return;
    }
    String how = error.map(e -> String.valueOf(e.getMessage())).orElse("the stream ended");
    finish(
        new CloseReport(
            CloseReason.PEER_DIED,
            how + " without a close",
            OptionalInt.empty(),
            error.map(e -> e)));
  }

  /** The peer reads no more; what it said before is still to be read. */
  void outputBroke() {
    if (dropping) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed"));
    } else {
      channel.refuseOutput();
    }
  }

  /** Releases the socket and reports; the first report counts. */
  void finish(CloseReport report) {
    if (timer != null) {
      timer.cancel();
    }
    control.close();
    channel.report(report);
  }

  private void endWith(CloseCode code, String detail) {
    dropping = true;
    control.frames().close(new CloseFrame(channel.messagesSent(), code, detail));
    channel.flush();
  }

  private void limit(CloseReport report, long nanos) {
    timer = poller.later(() -> finish(report), nanos);
  }
}
