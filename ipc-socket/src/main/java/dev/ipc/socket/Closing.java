// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.spi.CloseCode;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.Deadline;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;

/**
 * How a channel over a socket ends; on its event loop.
 *
 * <pre>
 *  close()    flush, CLOSE, shutdownOutput, read and drop until the peer's end, at most closeTimeout
 *  abort()    close the socket
 *  CLOSE      everything before it is delivered: CLOSE if possible at once, close the socket, PEER_CLOSED
 *  EOF        everything before it is delivered: PEER_DIED; with plain framing PEER_CLOSED, after the
 *             last handler has returned and its answers are written
 *  violation  CLOSE with the reason, shutdownOutput, read and drop for a while
 * </pre>
 *
 * <p>A socket is never closed while input is unread, if that can be helped: the kernel would reset
 * the peer, and what we sent before would be lost.
 */
final class Closing {
  /** How long a peer that broke the protocol may take to read why, in nanoseconds. */
  private static final long LINGER_NANOS = 1_000_000_000L;

  private final FramedChannel channel;
  private final Connection connection;
  private final Outbox outbox;
  private Future<?> timer;

  /** How the channel ends as soon as what is under way is written. */
  private CloseReport whenDrained;

  private boolean ending;
  private boolean dropping;
  private boolean outputShut;
  private boolean outputBroken;

  /** A plain peer ended its stream and what it sent is not yet handled. */
  private volatile boolean answering;

  Closing(FramedChannel channel, Connection connection, Outbox outbox) {
    this.channel = channel;
    this.connection = connection;
    this.outbox = outbox;
  }

  /** Whether what arrives is no longer wanted. */
  boolean dropping() {
    return dropping;
  }

  /** Whether writing makes no sense any more. */
  boolean outputBroken() {
    return outputBroken;
  }

  /** This side closes in order. */
  void begin() {
    if (!connection.isOpen()) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed"));
      return;
    }
    endWith(CloseCode.ORDERLY, "");
    long limit = Deadline.nanos(channel.config().closeTimeout());
    limit(CloseReport.of(CloseReason.LOCAL, "closed, the peer's end did not come in time"), limit);
  }

  /** This side cuts. */
  void cut() {
    finish(CloseReport.of(CloseReason.LOCAL, "aborted"));
  }

  /** The peer is at fault: ends, and tells it why. */
  void fail(CloseReport report) {
    if (!dropping) {
      channel.report(report);
      endWith(CloseCode.of(report.reason()), report.detail());
      limit(report, LINGER_NANOS);
    }
  }

  /** The peer closed; everything it had sent is decoded. */
  void peerClosed(CloseFrame close) {
    if (!dropping) {
      boolean orderly = close.code() == CloseCode.ORDERLY;
      String detail = orderly ? "the peer closed" : "the peer says: ";
      if (orderly && !outputBroken) {
        channel.whileNobodySends(this::answerClose);
      }
      finish(CloseReport.of(close.code().reported(), detail + close.detail()));
    }
  }

  /** What waits to be sent goes out as far as the kernel takes it; the peer drops it anyway. */
  private void answerClose() {
    outbox.control.close(new CloseFrame(channel.messagesSent(), CloseCode.ORDERLY, ""));
    channel.flush();
  }

  /** The stream ended; everything before is decoded, the last message whole or not. */
  void streamEnded(Optional<IOException> error, boolean whole) {
    if (!channel.framing().isNative() && error.isEmpty() && whole) {
      channel.endInput();
      answering = true;
      VarHandle.fullFence(); // SYNC plain-answers: the end before the look for messages
      handled();
      return;
    }
    String how = error.map(e -> String.valueOf(e.getMessage())).orElse("the stream ended");
    finish(
        new CloseReport(
            CloseReason.PEER_DIED,
            how + (whole ? " without a close" : " within a message"),
            OptionalInt.empty(),
            error.map(e -> e)));
  }

  /** Everything is written: the peer learns of the end, if there is one. */
  void outputDrained() throws IOException {
    boolean last = channel.framing().isNative() ? outbox.control.closeWritten() : plainOutputEnds();
    if (last && !outputShut) {
      outputShut = true;
      connection.wire().shutdownOutput();
    }
    if (outputShut && whenDrained != null) {
      finish(whenDrained);
    }
  }

  /** The peer reads no more, but what it sent before is still to be read. */
  void breakOutput() {
    outputBroken = true;
    connection.writing(false);
    if (dropping) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed"));
    } else {
      channel.refuseOutput();
    }
  }

  /** Releases the socket and reports; the first report counts. */
  void finish(CloseReport report) {
    if (timer != null) {
      timer.cancel(false);
    }
    connection.close();
    channel.report(report);
    channel.disposeOutbox();
  }

  /** Messages were handed out. Any thread, after a full fence. */
  void handled() {
    if (answering && channel.isHandled()) {
      channel.onLoop(this::plainEnd);
    }
  }

  /** Answers that are under way still go out to a peer that ended only its own side. */
  private void plainEnd() {
    if (dropping || !connection.isOpen()) {
      return;
    }
    CloseReport report = CloseReport.of(CloseReason.PEER_CLOSED, "the peer ended the stream");
    channel.refuseOutput();
    if (outbox.isDrained() || outputBroken) {
      finish(report);
      return;
    }
    whenDrained = report;
    ending = true;
    dropping = true;
    channel.flush();
    limit(report, Deadline.nanos(channel.config().closeTimeout()));
  }

  private void endWith(CloseCode code, String detail) {
    ending = true;
    dropping = true;
    channel.dropInput();
    if (channel.framing().isNative()) {
      outbox.control.close(new CloseFrame(channel.messagesSent(), code, detail));
    }
    channel.flush();
  }

  private boolean plainOutputEnds() {
    return ending || channel.outputIsOver();
  }

  private void limit(CloseReport report, long nanos) {
    if (connection.isOpen() && timer == null) {
      timer = connection.loop().timer(() -> finish(report), nanos);
    }
  }
}
