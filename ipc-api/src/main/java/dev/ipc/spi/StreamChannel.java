// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.MessageHandler;
import dev.ipc.MessageWriter;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * A channel over a two-way stream of bytes. Senders fill an {@link Outbox}, the transport writes it
 * with {@link #write}; the transport reads, {@link #received} cuts messages and fills the {@link
 * Inflow}, the receiver empties it; {@link Closing} knows how it ends, {@link Watch} what no event
 * tells.
 *
 * <p>What is said to happen "on the transport" happens on one thread at a time, each seeing what
 * the one before did: an event loop, or threads that take turns. Writing may happen beside it, on
 * one thread at a time.
 */
public abstract class StreamChannel extends AbstractChannel {
  /** How soon to look again whether a sender or a writer is gone, in nanoseconds. */
  private static final long DISPOSE_AGAIN_NANOS = 1_000_000L;

  private final Framing framing;
  private final Outbox outbox;
  private final Inflow inflow;
  private final Watch watch;
  private final Closing closing;

  /** Whether this side ended its output. */
  private volatile boolean outputEnding;

  /** What a write came to. */
  public enum Progress {
    /** Nothing is left to be written. */
    DONE,
    /** The medium has no room. */
    FULL,
    /** There is more, but the turn is over. */
    MORE
  }

  /** Where bytes are written to. */
  @FunctionalInterface
  public interface Output {
    /**
     * Writes what fits.
     *
     * @param bytes from position to limit; the position moves behind what was written
     * @return how many bytes were written; less than all means that the medium has no room
     * @throws IOException if nobody will ever read them
     */
    int write(ByteBuffer bytes) throws IOException;
  }

  /** Where a frame is written to without being copied before. */
  @FunctionalInterface
  public interface DirectOutput {
    /**
     * Writes what fits; may wait a moment for more to fit.
     *
     * @param header the beginning of the frame; the position moves
     * @param payload the rest of it; the position moves
     * @return how many bytes of both were written
     * @throws IOException if nobody will ever read them
     */
    long write(ByteBuffer header, ByteBuffer payload) throws IOException;
  }

  /**
   * Makes an open channel.
   *
   * @param traits what is known of it
   * @param framing how messages stand in the stream
   * @param memory for what waits to be sent
   */
  protected StreamChannel(ChannelTraits traits, Framing framing, BufferSource memory) {
    super(traits);
    this.framing = framing;
    this.outbox = new Outbox(framing, memory, traits.config().sendBuffer());
    this.inflow = new Inflow(this, traits.maxMessageLength(), traits.config().receiveBuffer());
    this.closing = new Closing(this, outbox);
    this.watch = new Watch(this, traits.config());
  }

  // ---- hooks: what the medium does

  /**
   * Whether the medium was not released. Any thread.
   *
   * @return whether it is there
   */
  protected abstract boolean isOpen();

  /**
   * Whether to read, which is to end in {@link #received}. On the transport.
   *
   * @param wanted false while there is no room for messages
   */
  protected abstract void reading(boolean wanted);

  /** Something else than messages is to be written: does so, or has it done. On the transport. */
  protected abstract void flush();

  /**
   * Ends this direction; the other goes on. On the transport, nothing is being written.
   *
   * @throws IOException if nobody reads the other end
   */
  protected abstract void shutdownOutput() throws IOException;

  /** Releases the medium. Idempotent; on the transport. */
  protected abstract void release();

  /**
   * Runs a task on the transport later.
   *
   * @param task must not wait
   * @param nanos how much later
   * @return to cancel it
   * @throws RejectedExecutionException if the transport is closed
   */
  protected abstract Future<?> later(Runnable task, long nanos);

  /**
   * Whether a thread is inside {@link #write} although the medium was released. On the transport.
   *
   * @return true while what it writes must stay
   */
  protected boolean isWriting() {
    return false;
  }

  /**
   * The end is known: reports it, at once or when more is known of it. Perhaps called again with
   * another report, which does not count. On the transport, before or after {@link #release}.
   *
   * @param report how the channel ends
   */
  protected void conclude(CloseReport report) {
    ended(report);
  }

  // ---- reports: what happened to the medium

  /**
   * Bytes arrived. On the transport.
   *
   * @param chunk consumed or copied on return
   */
  protected final void received(ByteBuffer chunk) {
    if (!closing.dropping()) {
      inflow.decode(chunk);
      afterDecoding();
    }
  }

  /**
   * Bytes arrived. On the transport. The beginning of a message may be left in the chunk: hand it
   * in again with more bytes behind it, or alone to {@link #received}.
   *
   * @param chunk has room for {@link FrameDecoder#LARGEST_LEFT} bytes
   * @return how long the next chunk had best be, in bytes, 0 if that does not matter
   */
  protected final int receivedHead(ByteBuffer chunk) {
    if (!closing.dropping()) {
      inflow.decodeHead(chunk);
      afterDecoding();
    }
    if (closing.dropping() || !isOpen()) {
      chunk.position(chunk.limit());
    }
    return inflow.fit();
  }

  /** Everything that had arrived was handed over; nothing, if reading paused. On the transport. */
  protected final void receivedAll() {
    if (inflow.isPaused() || inflow.midFrame()) {
      watch.look();
    }
  }

  /**
   * The peer's stream ended. On the transport.
   *
   * @param error how, if not in order
   */
  protected final void inputEnded(Optional<IOException> error) {
    if (closing.dropping()) {
      closing.finish(CloseReport.of(CloseReason.LOCAL, "closed"));
      return;
    }
    inflow.end(
        whole -> {
          afterDecoding();
          if (isOpen()) {
            closing.streamEnded(error, whole);
          }
        });
  }

  /**
   * Writes what there is to be sent. One thread at a time; to be followed by {@link #roomFreed}.
   *
   * @param output where to
   * @return whether there is more
   * @throws IOException if nobody reads; to be followed by {@link #outputBroke}
   */
  protected final Progress write(Output output) throws IOException {
    return outbox.write(output);
  }

  /**
   * Whether all messages are written. Any thread.
   *
   * @return whether nothing waits but control frames
   */
  protected final boolean allWritten() {
    return outbox.isDrained();
  }

  /**
   * Whether messages wait that can be written. On the thread that writes, else a guess.
   *
   * @return false also when nothing can be written any more
   */
  protected final boolean hasUnwritten() {
    return !allWritten() && !outputIsBroken() && !outbox.control.closeWritten();
  }

  /**
   * How many bytes of messages were written. On the thread that writes.
   *
   * @return only ever more
   */
  protected final long written() {
    return outbox.written();
  }

  /**
   * Whether nothing follows what was written, so that {@link #outputDone} is to be reported. On the
   * thread that writes, right after {@link Progress#DONE}.
   *
   * @return whether it was the last
   */
  protected final boolean wroteLast() {
    return closing.wroteLast();
  }

  /** Everything is written and nothing follows. On the transport. */
  protected final void outputDone() {
    closing.outputDone();
  }

  /** The peer reads no more. On the transport. */
  protected final void outputBroke() {
    closing.breakOutput();
  }

  /**
   * Whether writing makes no sense any more. Any thread.
   *
   * @return after {@link #outputBroke}
   */
  protected final boolean outputIsBroken() {
    return closing.outputBroken();
  }

  /**
   * The medium failed, or is taken away. On the transport.
   *
   * @param report how the channel ends
   */
  protected final void finish(CloseReport report) {
    closing.finish(report);
  }

  /**
   * Whether reading pauses for lack of room. Any thread.
   *
   * @return whether it does
   */
  public final boolean isPaused() {
    return inflow.isPaused();
  }

  /**
   * Changes whenever the peer has completed a frame or a message. On the transport, else a guess.
   *
   * @return only ever more
   */
  public final long progress() {
    return inflow.progress();
  }

  /** Sends a PING, to see whether the peer is still there. Any thread; native framing only. */
  public final void ping() {
    outbox.control.ping();
    wakeOutput();
  }

  /**
   * Runs a task while nobody sends, or not at all if somebody is sending. Any thread.
   *
   * @param task must not wait
   * @return whether it was run
   */
  protected final boolean whileNobodySends(Runnable task) {
    if (!tryHoldSenders()) {
      return false;
    }
    try {
      task.run();
    } finally {
      releaseSenders();
    }
    return true;
  }

  /**
   * Runs a task on the transport; what it throws ends the channel and not the transport.
   *
   * @param task must not wait
   */
  protected final void onTransport(Runnable task) {
    execute(() -> guarded(task));
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      finish(CloseReport.of(CloseReason.TRANSPORT_FAILED, e));
    }
  }

  // ---- hooks of the contract

  @Override
  protected final boolean offer(ByteBuffer message) {
    framing.check(message);
    if (message.remaining() >= Outbox.DIRECT && offerDirectly(message)) {
      return true;
    }
    return outbox.offer(message);
  }

  /**
   * A large message may be written at once, by the sending thread, where the medium can be written
   * by any thread: see {@link #writeDirectly}. With the send lock held.
   *
   * @param message its position and limit stay
   * @return whether it was taken
   */
  protected boolean offerDirectly(ByteBuffer message) {
    return false;
  }

  /**
   * Writes a message straight from the sender's buffer if nothing is to be written before it; what
   * finds no room is copied. With the send lock held, on the one thread that writes.
   *
   * @param message its position and limit stay
   * @param output where to
   * @return whether it was taken
   */
  protected final boolean writeDirectly(ByteBuffer message, DirectOutput output) {
    return outbox.writeDirectly(message, output);
  }

  @Override
  protected final boolean offer(int maximum, MessageWriter writer) {
    return outbox.offer(maximum, writer);
  }

  @Override
  protected final boolean hasRoom(int length) {
    return outbox.hasRoom(length);
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
  protected final void inboundTaken() {
    inflow.taken();
    closing.handled(); // SYNC plain-answers: the room before the look for the end
  }

  @Override
  protected final void sendEndOutput(long sent) {
    if (framing.isNative()) {
      outbox.control.endOutput(sent);
    }
    outputEnding = true; // now that the last sender has left
    wakeOutput();
  }

  @Override
  protected final void sendBarrier(long sent) {
    outbox.control.barrier(sent, outbox.accepted());
    wakeOutput();
  }

  @Override
  protected final void sendBarrierAck(long handled) {
    outbox.control.acknowledge(handled);
    wakeOutput();
  }

  @Override
  protected final void startClose() {
    execute(closing::begin);
  }

  @Override
  protected final void cut() {
    execute(closing::cut);
  }

  // ---- what the inflow asks and reports

  final Framing framing() {
    return framing;
  }

  final boolean receives() {
    return delivers() && !closing();
  }

  final boolean ignores() {
    return closing();
  }

  final void hand(ByteBuffer message) {
    deliver(message);
  }

  final void announce() {
    arrived();
  }

  final void onBarrier(long sent) {
    peerBarrier(sent);
  }

  final void onBarrierAck(long handled) {
    peerBarrierAck(handled);
  }

  final void onPing(long opaque) {
    outbox.control.pong(opaque);
    wakeOutput();
  }

  final void endInput() {
    peerEndedOutput();
  }

  /** Whether the handler has returned for everything that was received. */
  final boolean isHandled() {
    return inflow.isEmpty();
  }

  final void stopReading() {
    reading(false);
    watch.look();
  }

  /** Something was decoded that had been held back. */
  final void decoded() {
    afterDecoding();
  }

  /** The peer broke the protocol. */
  final void violated(ProtocolViolation violation) {
    fail(CloseReport.of(violation.reason(), violation.getMessage()));
  }

  /** The peer is at fault. */
  final void fail(CloseReport report) {
    closing.fail(report);
  }

  final Inflow inflow() {
    return inflow;
  }

  // ---- what the end needs

  final ChannelConfig config() {
    return traits().config();
  }

  final long messagesSent() {
    return sent();
  }

  final void refuseOutput() {
    outputRefused();
  }

  final boolean outputIsOver() {
    return outputEnding && outbox.isDrained();
  }

  final void dropInput() {
    inflow.discard();
    reading(true);
  }

  /** Somebody may still be copying into the outbox, or writing it: comes back until it is gone. */
  final void disposeOutbox() {
    VarHandle.fullFence(); // SYNC stream-released: the release before the look at the writer
    if (!isWriting() && tryHoldSenders()) {
      outbox.dispose();
      releaseSenders();
      return;
    }
    try {
      Future<?> unused = later(this::disposeOutbox, DISPOSE_AGAIN_NANOS);
    } catch (RejectedExecutionException e) {
      // the transport is closed: what is left of it goes with it
    }
  }

  private void afterDecoding() {
    CloseFrame close = inflow.closeFrame();
    if (close != null) {
      closing.peerClosed(close);
    }
  }
}
