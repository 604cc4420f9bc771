// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How a channel ends: once, and reported when its receiver has seen everything. */
final class Ending {
  /** How long a close waits beyond the close timeout for the transport to report the end. */
  private static final long GRACE_NANOS = 2_000_000_000L;

  private static final VarHandle CLOSING =
      Fields.handle(MethodHandles.lookup(), Ending.class, "closing", boolean.class);
  private static final VarHandle REPORT =
      Fields.handle(MethodHandles.lookup(), Ending.class, "report", CloseReport.class);

  private final AbstractChannel channel;
  private volatile boolean closing;
  private volatile CloseReport report;
  private final CompletableFuture<CloseReport> closed = new CompletableFuture<>();
  private final WaitList closers = new WaitList();
  private volatile boolean outputEnded;

  Ending(AbstractChannel channel) {
    this.channel = channel;
  }

  void close() {
    if (CLOSING.compareAndSet(this, false, true)) {
      channel.receiving.wake();
      channel.sending.refuse(this::start);
    }
    if (!TransportThread.isCurrent() && !channel.sending.isWriting()) {
      long limit = Deadline.after(channel.traits.config().closeTimeout()) + GRACE_NANOS;
      if (!closers.awaitUninterruptibly(closed::isDone, limit)) {
        channel.cut(); // a writer does not return
      }
    }
  }

  private void start() {
    if (isEnded()) {
      settle();
    } else {
      channel.startClose();
    }
  }

  void abort() {
    closing = true;
    outputEnded = true;
    channel.receiving.wake();
    if (isEnded()) {
      settle();
    } else {
      channel.cut();
    }
  }

  void refuseOutput() {
    outputEnded = true;
    channel.sending.wakeAll();
  }

  void ended(CloseReport how) {
    if (!REPORT.compareAndSet(this, null, how)) {
      return;
    }
    outputEnded = true;
    channel.receiving.inputEnded();
    channel.sending.wakeAll();
    settle();
  }

  /** Completes when the receiver has seen everything, or when this side no longer wants to. */
  void settle() {
    boolean local = closing || report.reason() == CloseReason.LOCAL;
    if (local || (channel.inboundEmpty() && !channel.receiving.isDelivering())) {
      boolean first = closed.complete(report);
      closers.wake();
      if (first) {
        channel.settled();
      }
    }
  }

  CompletionStage<CloseReport> closed() {
    return closed.minimalCompletionStage();
  }

  boolean closing() {
    return closing;
  }

  boolean outputEnded() {
    return outputEnded;
  }

  boolean isEnded() {
    return report != null;
  }

  CloseReport report() {
    return report;
  }

  @Override
  public String toString() {
    CloseReport how = report;
    return how == null ? "open" : how.toString();
  }
}
