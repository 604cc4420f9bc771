// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.MessageHandler;
import dev.ipc.MessageWriter;
import dev.ipc.spi.AbstractChannel;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.Framing;
import dev.ipc.spi.ProtocolViolation;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * A channel over one connected socket. Senders fill the {@link Outbox}, the event loop writes it;
 * the event loop fills the {@link Inflow}, the receiver empties it; {@link Closing} knows how it
 * ends.
 */
final class FramedChannel extends AbstractChannel implements Connection.Stage {
  private static final VarHandle FLUSHING;

  static {
    try {
      FLUSHING =
          MethodHandles.lookup().findVarHandle(FramedChannel.class, "flushing", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** How soon to look again whether a sender is gone, in nanoseconds. */
  private static final long DISPOSE_AGAIN_NANOS = 1_000_000L;

  private final Connection connection;
  private final Framing framing;
  private final Outbox outbox;
  private final Inflow inflow;
  private final Watch watch;
  private final Closing closing;
  private final long spinNanos;

  /** Whether the event loop knows that there is something to write. */
  private volatile boolean flushing;

  // The event loop's own.
  /** Whether this side ended its output. */
  private volatile boolean outputEnding;

  /** Whether a flush will follow in this turn. */
  private boolean inTurn;

  FramedChannel(ChannelTraits traits, Connection connection, Framing framing, BufferSource memory) {
    super(traits);
    this.connection = connection;
    this.framing = framing;
    this.outbox = new Outbox(framing, memory, traits.config().sendBuffer());
    this.inflow = new Inflow(this, traits.maxMessageLength(), traits.config().receiveBuffer());
    this.closing = new Closing(this, connection, outbox);
    this.watch = new Watch(this, connection, traits.config());
    this.spinNanos = traits.config().waitStrategy().spinNanos();
  }

  /** Takes the connection over. On the event loop. */
  void open() {
    connection.become(this);
    connection.reading(true);
    connection.traffic();
  }

  // ---- hooks of the contract

  @Override
  protected boolean offer(ByteBuffer message) {
    framing.check(message);
    return outbox.offer(message);
  }

  @Override
  protected boolean offer(int maximum, MessageWriter writer) {
    return outbox.offer(maximum, writer);
  }

  @Override
  protected boolean hasRoom(int length) {
    return outbox.hasRoom(length);
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
    long before = outbox.written();
    write(); // nobody tells a thread that is not selecting that there is room
    return outbox.written() != before;
  }

  @Override
  protected int take(MessageHandler handler, int limit) {
    return inflow.take(handler, limit);
  }

  @Override
  protected boolean inboundEmpty() {
    return inflow.isEmpty();
  }

  @Override
  protected void inboundTaken() {
    inflow.taken();
    closing.handled(); // SYNC plain-answers: the room before the look for the end
  }

  @Override
  protected void execute(Runnable task) {
    try {
      connection.loop().execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the context is closed, and with it the thread this belongs on
    }
  }

  @Override
  protected void sendEndOutput(long sent) {
    if (framing.isNative()) {
      outbox.control.endOutput(sent);
    }
    outputEnding = true; // now that the last sender has left
    wakeOutput();
  }

  @Override
  protected void sendBarrier(long sent) {
    outbox.control.barrier(sent, outbox.accepted());
    wakeOutput();
  }

  @Override
  protected void sendBarrierAck(long handled) {
    outbox.control.acknowledge(handled);
    wakeOutput();
  }

  @Override
  protected void startClose() {
    execute(closing::begin);
  }

  @Override
  protected void cut() {
    execute(closing::cut);
  }

  // ---- events of the socket

  @Override
  public void bytes(ByteBuffer chunk) {
    if (!closing.dropping()) {
      inTurn = true;
      inflow.decode(chunk);
      afterDecoding();
    }
  }

  @Override
  public void readComplete() {
    inTurn = false;
    if (flushing) {
      flush(); // the handler's answers leave in this turn
    }
    watch.look();
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    inTurn = false;
    if (closing.dropping()) {
      closing.finish(CloseReport.of(CloseReason.LOCAL, "closed"));
      return;
    }
    inflow.end(
        whole -> {
          afterDecoding();
          if (connection.isOpen()) {
            closing.streamEnded(error, whole);
          }
        });
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

  private void write() {
    flushing = false;
    VarHandle.fullFence(); // SYNC outbox-flush: the flag before the look at the messages
    if (closing.outputBroken() || !connection.isOpen()) {
      return;
    }
    try {
      switch (outbox.write(connection.wire())) {
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
          closing.outputDrained();
        }
      }
      connection.traffic();
    } catch (IOException e) {
      closing.breakOutput();
    }
    roomFreed();
  }

  @Override
  public long spinNanos() {
    return spinNanos;
  }

  @Override
  public void failed(Throwable error) {
    closing.finish(CloseReport.of(CloseReason.TRANSPORT_FAILED, error));
  }

  @Override
  public void loopClosing() {
    closing.finish(CloseReport.of(CloseReason.LOCAL, "the context was closed"));
  }

  // ---- what the inflow asks and reports

  Framing framing() {
    return framing;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  boolean receives() {
    return delivers() && !closing();
  }

  boolean ignores() {
    return closing();
  }

  void hand(ByteBuffer message) {
    deliver(message);
  }

  void announce() {
    arrived();
  }

  void onBarrier(long sent) {
    peerBarrier(sent);
  }

  void onBarrierAck(long handled) {
    peerBarrierAck(handled);
  }

  void onPing(long opaque) {
    outbox.control.pong(opaque);
    wakeOutput();
  }

  void endInput() {
    peerEndedOutput();
  }

  /** Whether the handler has returned for everything that was received. */
  boolean isHandled() {
    return inboundEmpty();
  }

  void stopReading() {
    connection.reading(false);
    watch.look();
  }

  void read() {
    connection.reading(true);
  }

  void onLoop(Runnable task) {
    execute(() -> connection.guarded(task));
  }

  /** Something was decoded that had been held back. */
  void decoded() {
    afterDecoding();
  }

  /** The peer broke the protocol. */
  void violated(ProtocolViolation violation) {
    fail(CloseReport.of(violation.reason(), violation.getMessage()));
  }

  /** The peer is at fault. */
  void fail(CloseReport report) {
    closing.fail(report);
  }

  Inflow inflow() {
    return inflow;
  }

  void ping() {
    outbox.control.ping();
    wakeOutput();
  }

  // ---- what the end needs

  ChannelConfig config() {
    return traits().config();
  }

  void report(CloseReport report) {
    ended(report);
  }

  long messagesSent() {
    return sent();
  }

  /** Runs a task while nobody sends, or not at all if somebody is sending. */
  void whileNobodySends(Runnable task) {
    if (tryHoldSenders()) {
      try {
        task.run();
      } finally {
        releaseSenders();
      }
    }
  }

  void refuseOutput() {
    outputRefused();
  }

  boolean outputIsOver() {
    return outputEnding && outbox.isDrained();
  }

  void dropInput() {
    inflow.discard();
    connection.reading(true);
  }

  /** A sender may still be copying into the outbox: comes back until it is gone. */
  void disposeOutbox() {
    if (tryHoldSenders()) {
      outbox.dispose();
      releaseSenders();
    } else if (!connection.loop().isClosed()) {
      connection.loop().later(this::disposeOutbox, DISPOSE_AGAIN_NANOS);
    }
  }

  private void afterDecoding() {
    CloseFrame close = inflow.closeFrame();
    if (close != null) {
      closing.peerClosed(close);
    }
  }
}
