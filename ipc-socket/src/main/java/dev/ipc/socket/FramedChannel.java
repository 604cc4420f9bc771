// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.Framing;
import dev.ipc.spi.Spinning;
import dev.ipc.spi.StreamChannel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** A channel over one connected socket, which its event loop reads and writes. */
final class FramedChannel extends StreamChannel implements Connection.Stage {
  private static final VarHandle FLUSHING;

  static {
    try {
      FLUSHING =
          MethodHandles.lookup().findVarHandle(FramedChannel.class, "flushing", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Connection connection;
  private final Output output;
  private final long spinNanos;
  private final Runnable retry;
  private final WriterRole role = new WriterRole();
  private final DirectOutput directOutput;

  /** Whether the event loop knows that there is something to write. */
  private volatile boolean flushing;

  /** Whether the message that is being sent left nothing to be written; under the send lock. */
  private boolean writtenThrough;

  /** Whether a flush will follow in this turn; the event loop's own. */
  private boolean inTurn;

  FramedChannel(ChannelTraits traits, Connection connection, Framing framing, BufferSource memory) {
    super(traits, framing, memory);
    this.connection = connection;
    Wire wire = connection.wire();
    this.output = wire::write;
    this.directOutput = wire::write;
    this.retry = () -> connection.loop().handler().flushSoon(connection);
    this.spinNanos = traits.config().waitStrategy().spinNanos();
  }

  /** Takes the connection over. On the event loop. */
  void open() {
    connection.become(this);
    connection.reading(true);
    connection.traffic();
  }

  // ---- hooks of the channel

  @Override
  protected boolean outputSleeps() {
    if (writtenThrough) {
      writtenThrough = false;
      return false;
    }
    return !flushing; // SYNC outbox-flush: it is made false with the send lock held
  }

  @Override
  protected void wakeOutput() {
    VarHandle.fullFence(); // SYNC outbox-flush: the message before the look at the flag
    boolean first = !flushing && FLUSHING.compareAndSet(this, false, true);
    if (first && !(inTurn && connection.loop().isCurrent())) {
      connection.loop().handler().flushSoon(connection);
    }
  }

  @Override
  protected boolean driveOutput() {
    if (!connection.loop().isCurrent()) {
      return false;
    }
    long before = written();
    write(); // nobody tells a thread that is not selecting that there is room
    return written() != before;
  }

  @Override
  protected boolean offerDirectly(ByteBuffer message) {
    if (connection.kernelFull() || !connection.wire().takesAnyThread() || !role.tryTake()) {
      return false;
    }
    try {
      boolean taken =
          connection.isOpen() && !outputIsBroken() && writeDirectly(message, directOutput);
      writtenThrough = taken && allWritten();
      return taken;
    } finally {
      leaveRole();
    }
  }

  @Override
  protected void helpOutput() {
    if (connection.kernelFull() || !connection.wire().takesAnyThread() || !role.tryTake()) {
      return;
    }
    try {
      if (connection.isOpen() && !outputIsBroken() && write(output) != Progress.DONE) {
        connection.loop().handler().flushSoon(connection);
      }
    } catch (IOException e) {
      onTransport(this::outputBroke);
    } finally {
      leaveRole();
    }
    roomFreed();
  }

  /** What the event loop would have written meanwhile is to be written by it. */
  private void leaveRole() {
    if (!role.leave()) {
      connection.loop().handler().flushSoon(connection);
    }
  }

  @Override
  protected boolean isWriting() {
    return role.isTaken();
  }

  @Override
  protected void execute(Runnable task) {
    try {
      connection.loop().execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the context is closed, and with it the thread this belongs on
    }
  }

  // ---- hooks of the stream

  @Override
  protected boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  protected void reading(boolean wanted) {
    connection.reading(wanted);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    connection.wire().shutdownOutput();
  }

  @Override
  protected void release() {
    connection.close();
  }

  @Override
  protected Future<?> later(Runnable task, long nanos) {
    return connection.loop().timer(task, nanos);
  }

  // ---- events of the socket

  @Override
  public void bytes(ByteBuffer chunk) {
    inTurn = true;
    received(chunk);
  }

  @Override
  public int head(ByteBuffer chunk) {
    inTurn = true;
    return receivedHead(chunk);
  }

  @Override
  public void readComplete() {
    inTurn = false;
    if (flushing) {
      flush(); // the handler's answers leave in this turn
    }
    receivedAll();
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    inTurn = false;
    inputEnded(error);
  }

  /**
   * While the kernel is full nothing is tried: a write would find a little room long before the
   * selector tells of much, and large runs are cheaper.
   */
  @Override
  public void flush() {
    if (!connection.kernelFull()) {
      write();
    }
  }

  /**
   * Lets senders tell of what they add from now on. Not while one of them is adding: it may have
   * seen the flag as it was.
   */
  private boolean listen() {
    if (!tryHoldSenders()) {
      return false;
    }
    flushing = false;
    releaseSenders();
    VarHandle.fullFence(); // SYNC outbox-flush: the flag before the look at the control frames
    return true;
  }

  private void write() {
    if (role.take()) {
      try {
        writeAlone();
      } finally {
        leaveRole();
      }
    }
  }

  private void writeAlone() {
    boolean listening = listen();
    if (outputIsBroken() || !connection.isOpen()) {
      return;
    }
    try {
      switch (write(output)) {
        case FULL -> {
          flushing = true; // the selector wakes us, senders need not
          connection.writing(true);
        }
        case MORE -> {
          connection.writing(false);
          connection.loop().handler().flushNextTurn(connection);
        }
        default -> {
          connection.writing(false);
          if (!listening) {
            againSoon();
          }
          if (wroteLast()) {
            outputDone();
          }
        }
      }
      connection.traffic();
    } catch (IOException e) {
      connection.writing(false);
      outputBroke();
    }
    roomFreed();
  }

  /** A sender was adding something that is perhaps not yet written. */
  private void againSoon() {
    if (!whenWritten(retry)) {
      connection.loop().handler().flushNextTurn(connection);
      Spinning.relax();
    }
  }

  @Override
  public long spinNanos() {
    return spinNanos;
  }

  @Override
  public void failed(Throwable error) {
    finish(CloseReport.of(CloseReason.TRANSPORT_FAILED, error));
  }

  @Override
  public void loopClosing() {
    finish(CloseReport.of(CloseReason.LOCAL, "the context was closed"));
  }
}
