// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * How a channel over a stream ends; on the transport.
 *
 * <pre>
 *  close()    flush, CLOSE, shutdownOutput, read and drop until the peer's end, at most closeTimeout
 *  abort()    release the stream
 *  CLOSE      everything before it is delivered: CLOSE if possible at once, release, PEER_CLOSED
 *  EOF        everything before it is delivered: PEER_DIED; with plain framing PEER_CLOSED, after the
 *             last handler has returned and its answers are written
 *  violation  CLOSE with the reason, shutdownOutput, read and drop for a while
 * </pre>
 *
 * <p>A stream is never released while input is unread, if that can be helped: the kernel would
 * reset the peer of a socket, and what we sent before would be lost.
 */
final class Closing {
  /** How long a peer that broke the protocol may take to read why, in nanoseconds. */
  private static final long LINGER_NANOS = 1_000_000_000L;

  private final StreamChannel channel;
  private final Outbox outbox;
  private Future<?> timer;

  /** How the channel ends as soon as what is under way is written. */
  private CloseReport whenDrained;

  private volatile boolean ending;
  private volatile boolean outputBroken;
  private boolean dropping;
  private boolean outputShut;

  /** A plain peer ended its stream and what it sent is not yet handled. */
  private volatile boolean answering;

  Closing(StreamChannel channel, Outbox outbox) {
    this.channel = channel;
    this.outbox = outbox;
  }

  /** Whether what arrives is no longer wanted. */
  boolean dropping() {
    return dropping;
  }

  /** Whether writing makes no sense any more. Any thread. */
  boolean outputBroken() {
    return outputBroken;
  }

  /** This side closes in order. */
  void begin() {
    if (!channel.isOpen()) {
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
      channel.conclude(report);
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

  /** Whether nothing follows, now that everything is written. On the thread that writes. */
  boolean wroteLast() {
    return channel.framing().isNative()
        ? outbox.control.closeWritten()
        : (ending && outbox.isDrained()) || channel.outputIsOver();
  }

  /** Everything is written and nothing follows: the peer learns of the end. */
  void outputDone() {
    if (!outputShut) {
      outputShut = true;
      try {
        channel.shutdownOutput();
      } catch (IOException e) {
        breakOutput();
      }
    }
    if (whenDrained != null) {
      finish(whenDrained);
    }
  }

  /** The peer reads no more, but what it sent before is still to be read. */
  void breakOutput() {
    outputBroken = true;
    if (dropping) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed"));
    } else {
      channel.refuseOutput();
    }
  }

  /** Releases the stream and reports; the first report counts. */
  void finish(CloseReport report) {
    if (timer != null) {
      timer.cancel(false);
    }
    channel.release();
    channel.conclude(report);
    channel.disposeOutbox();
  }

  /** Messages were handed out. Any thread, after a full fence. */
  void handled() {
    if (answering && channel.isHandled()) {
      channel.onTransport(this::plainEnd);
    }
  }

  /** Answers that are under way still go out to a peer that ended only its own side. */
  private void plainEnd() {
    if (dropping || !channel.isOpen()) {
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

  private void limit(CloseReport report, long nanos) {
    if (channel.isOpen() && timer == null) {
      try {
        timer = channel.later(() -> finish(report), nanos);
      } catch (RejectedExecutionException e) {
        finish(report); // the transport is closed
      }
    }
  }
}
