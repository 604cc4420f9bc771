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
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** A channel over one connected socket, which its event loop reads and writes. */
final class FramedChannel extends StreamChannel implements Connection.Stage {
  /** How long a sender looks for room in the kernel for the rest of a large message. */
  private static final long LONGEST_PATIENCE_NANOS = 100_000;

  private final Connection connection;
  private final Output output;
  private final long spinNanos;
  private final long patience;
  private final Runnable retry;
  private final Runnable unattend = () -> attended = false;
  private final WriterRole role = new WriterRole();
  private final DirectOutput directOutput;

  /** Whether the event loop looks for messages to write without being told of them. */
  private volatile boolean attended;

  /** Whether the message that is being sent left nothing to be written; under the send lock. */
  private boolean writtenThrough;

  /** Whether a user's writer that is at work will have the event loop told when it is done. */
  private volatile boolean retrying;

  /** Whether something was written; belongs to the role. */
  private boolean moved;

  // The event loop's own.
  /** Whether what is sent now is written at the end of this turn, and whether there is such. */
  private boolean inTurn;

  private boolean postponed;

  FramedChannel(ChannelTraits traits, Connection connection, Framing framing, BufferSource memory) {
    super(traits, framing, memory);
    this.connection = connection;
    Wire wire = connection.wire();
    this.output =
        bytes -> {
          int count = wire.write(bytes);
          moved |= count > 0;
          return count;
        };
    this.directOutput = this::writeThrough;
    this.retry =
        () -> {
          retrying = false;
          connection.loop().handler().flushSoon(connection);
        };
    this.spinNanos = traits.config().waitStrategy().spinNanos();
    this.patience = Math.min(spinNanos, LONGEST_PATIENCE_NANOS);
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
    return !attended; // SYNC outbox-attended: it is made false with the send lock held
  }

  @Override
  protected void wakeOutput() {
    if (connection.loop().isCurrent() && inTurn) {
      postponed = true;
    } else {
      attended = true;
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

  /**
   * Writes all of it if the kernel soon has room, which it has while the peer reads: to copy what
   * is left, and to have the event loop write it, takes longer. Not while anybody waits for it.
   */
  private long writeThrough(ByteBuffer header, ByteBuffer payload) throws IOException {
    Wire wire = connection.wire();
    long count = wire.write(header, payload);
    if (!payload.hasRemaining() || patience == 0) {
      return count;
    }
    long start = System.nanoTime();
    try {
      while (payload.hasRemaining()
          && senderMayWait()
          && !role.isMissed()
          && System.nanoTime() - start < patience) {
        Spinning.relax();
        count += wire.write(header, payload);
      }
    } catch (IOException | RuntimeException | Error e) {
      if (count == 0) {
        throw e;
      }
      // a part is on its way: whoever writes the rest learns of the error, too
    }
    return count;
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
    if (postponed || hasUnwritten()) {
      postponed = false;
      flush(); // the handler's answers leave in this turn
    }
    receivedAll();
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    inTurn = false;
    if (postponed) {
      postponed = false;
      connection.loop().handler().flushSoon(connection);
    }
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

  @Override
  public boolean hasOutput() {
    return hasUnwritten() && !connection.kernelFull() && !role.isTaken();
  }

  /**
   * Lets senders tell of what they add from now on. If they do already there is nothing to do: who
   * makes the flag true tells the event loop after that. Not while one of them is adding: it may
   * have seen the flag as it was.
   */
  private boolean listen() {
    return !attended || whileNobodySends(unattend);
  }

  private void write() {
    if (role.take()) {
      try {
        writeAlone();
      } finally {
        leaveRole();
      }
      roomFreed(); // a sender that wakes finds the role free
    }
  }

  private void writeAlone() {
    moved = false;
    boolean watched = connection.loop().handler().watches(connection);
    boolean told = watched || listen();
    if (outputIsBroken() || !connection.isOpen()) {
      return;
    }
    try {
      switch (write(output)) {
        case FULL -> {
          attended = true; // the selector wakes us, senders need not
          connection.writing(true);
        }
        case MORE -> {
          connection.writing(false);
          connection.loop().handler().flushNextTurn(connection);
        }
        default -> {
          connection.writing(false);
          if (!told) {
            againSoon();
          }
          if (wroteLast()) {
            outputDone();
          }
        }
      }
      if (moved) {
        connection.traffic();
      }
    } catch (IOException e) {
      connection.writing(false);
      outputBroke();
    }
  }

  /** A sender was adding something that is perhaps not yet written. */
  private void againSoon() {
    if (retrying) {
      return;
    }
    retrying = true;
    if (!whenWritten(retry)) {
      retrying = false;
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
