// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.MessageHandler;
import dev.ipc.WaitStrategy;
import dev.ipc.spi.StreamChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * A channel over two pipes. Its transport is a {@link Turn} between the thread of the {@link
 * PipeReader}, the pulling thread, and threads that run tasks while the reader is in the pipe; the
 * {@link PipeWriter} works beside it.
 */
final class PipeChannel extends StreamChannel {
  private final Threads threads;
  private final Pipe pipe;
  private final Turn turn = new Turn(this::haveTasksRun, this::failed);
  private final PipeReader reader;
  private final PipeWriter writer;
  private final Role role;
  private final Aftermath aftermath;
  private volatile boolean open = true;

  // With the turn.
  /** Whether what is sent now is written soon, and whether there is such. */
  private boolean arriving;

  private boolean postponed;

  private CloseReport conclusion;
  private boolean concluded;

  /** What happens when the pipes have ended, before the user is told. */
  @FunctionalInterface
  interface Aftermath {
    /** At once. */
    Aftermath NONE = (report, reporter) -> reporter.accept(report);

    /**
     * Called once, with the turn.
     *
     * @param report how the pipes ended
     * @param reporter tells the user, on any thread
     */
    void follows(CloseReport report, Consumer<CloseReport> reporter);
  }

  /**
   * Makes a channel; {@link #run} brings it to life.
   *
   * @param aftermath what happens between the end of the pipes and the report
   */
  PipeChannel(Agreed agreed, Settings settings, Pipe pipe, Aftermath aftermath) {
    super(agreed.traits(), settings.framing(), settings.memory());
    this.threads = settings.threads();
    this.pipe = pipe;
    this.role = Role.of(settings.endpoint());
    this.aftermath = aftermath;
    this.reader = new PipeReader(this, pipe.in(), turn);
    this.writer = new PipeWriter(this, threads, pipe.out(), agreed.spools());
    if (role == Role.READER) {
      outputRefused();
    } else if (role == Role.WRITER) {
      reader.reading(false);
    }
  }

  /**
   * Reads until the channel is released, on this thread.
   *
   * @param rest what came behind the handshake
   */
  void run(ByteBuffer rest) {
    if (rest.hasRemaining()) {
      turn.take();
      try {
        arrive(rest);
      } finally {
        turn.giveBack();
      }
    }
    reader.run();
  }

  /** Ends it because the transport ends. Any thread. */
  void contextCloses() {
    execute(() -> finish(CloseReport.of(CloseReason.LOCAL, "the context was closed")));
  }

  /**
   * The peer's process is gone, but others may have its end of the pipe. Any thread.
   *
   * @param patienceNanos how long to wait for the end of the stream
   */
  void peerExited(long patienceNanos) {
    try {
      Future<?> unused = later(() -> endUnlessMoreComes(patienceNanos), patienceNanos);
    } catch (RejectedExecutionException e) {
      // the context is closed, and with it the channel
    }
  }

  private void endUnlessMoreComes(long patienceNanos) {
    if (open && (isPaused() || !reader.isIdle())) {
      peerExited(patienceNanos);
    } else {
      end(Optional.empty());
    }
  }

  WaitStrategy waitStrategy() {
    return traits().config().waitStrategy();
  }

  // ---- what the reader finds; with the turn

  void arrive(ByteBuffer chunk) {
    if (!open) {
      return;
    }
    writer.heard();
    arriving = true;
    try {
      received(chunk);
    } catch (Throwable e) {
      failed(e);
    } finally {
      arriving = false;
    }
    if (postponed) {
      postponed = false;
      writer.write(); // the handler's answers leave together
    }
    if (open) {
      receivedAll();
    }
  }

  void end(Optional<IOException> error) {
    if (open) {
      inputEnded(error);
    }
  }

  boolean pushes() {
    return isPushed();
  }

  // ---- what the writer does

  boolean writesInVain() {
    return !open || outputIsBroken();
  }

  Progress writeTo(Output output) throws IOException {
    return write(output);
  }

  /** Whether nothing follows, asked when everything was written. */
  boolean wasLast() {
    return wroteLast();
  }

  /** The last that was written is in the pipe. */
  void lastIsOut() {
    execute(this::outputDone);
  }

  void writeFailed() {
    execute(role == Role.WRITER ? this::readersLeft : this::outputBroke);
  }

  private void readersLeft() {
    finish(CloseReport.of(CloseReason.PEER_CLOSED, "nobody reads the FIFO any more"));
  }

  /** What nobody foresaw, such as memory that ran out. Any thread. */
  void broke(Throwable e) {
    execute(() -> failed(e));
  }

  void makeRoom() {
    roomFreed();
  }

  long bytesWritten() {
    return written();
  }

  boolean hasOutput() {
    return hasUnwritten();
  }

  boolean runBetweenSends(Runnable task) {
    return whileNobodySends(task);
  }

  boolean runAfterWriter(Runnable task) {
    return whenWritten(task);
  }

  int sendBuffer() {
    return traits().config().sendBuffer();
  }

  // ---- hooks of the channel

  @Override
  protected boolean outputSleeps() {
    return !writer.attends();
  }

  @Override
  protected void wakeOutput() {
    if (turn.isMine() && arriving) {
      postponed = true;
    } else {
      writer.write();
    }
  }

  @Override
  protected boolean driveOutput() {
    writer.write();
    return false; // there is progress, but not here
  }

  @Override
  protected void execute(Runnable task) {
    turn.add(task);
  }

  @Override
  protected int take(MessageHandler handler, int limit) {
    if (!isReceiver()) {
      return super.take(handler, limit);
    }
    reader.receiverWakes();
    int taken = super.take(handler, limit);
    return taken == 0 && reader.look() ? super.take(handler, limit) : taken;
  }

  @Override
  protected boolean inboundEmpty() {
    return super.inboundEmpty() && !(isReceiver() && reader.look() && !super.inboundEmpty());
  }

  @Override
  protected long receiverSleeps() {
    reader.receiverSleeps();
    return Long.MAX_VALUE;
  }

  // ---- hooks of the stream

  @Override
  protected boolean isOpen() {
    return open;
  }

  @Override
  protected void reading(boolean wanted) {
    reader.reading(wanted && role != Role.WRITER);
  }

  @Override
  protected void flush() {
    writer.write();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    pipe.out().close();
    if (role != Role.BOTH) {
      finish(CloseReport.of(CloseReason.LOCAL, "closed")); // nothing else is to come
    }
  }

  @Override
  protected void release() {
    if (open) {
      open = false;
      pipe.close();
      reader.wake();
      writer.wake();
    }
  }

  /** The user is told when the pipes are closed, and what follows has happened. */
  @Override
  protected void conclude(CloseReport report) {
    outputRefused();
    conclusion = conclusion == null ? report : conclusion;
    if (aftermath == Aftermath.NONE) {
      ended(report);
    } else if (!open && !concluded) {
      concluded = true;
      aftermath.follows(conclusion, this::ended);
    }
  }

  @Override
  protected Future<?> later(Runnable task, long nanos) {
    return threads.later(() -> onTransport(task), nanos);
  }

  @Override
  protected boolean isWriting() {
    return writer.isWriting();
  }

  private void failed(Throwable e) {
    finish(CloseReport.of(CloseReason.TRANSPORT_FAILED, e));
  }

  private void haveTasksRun() {
    if (!reader.isAway()) {
      reader.wake();
      return;
    }
    try {
      threads.run(turn::runTasks);
    } catch (RejectedExecutionException e) {
      turn.runTasks(); // the context is closed, and with it the threads this belongs on
    }
  }
}
