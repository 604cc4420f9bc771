// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.CloseReport;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.MessageHandler;
import dev.ipc.MessageTooLargeException;
import dev.ipc.MessageWriter;
import dev.ipc.PeerIdentity;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The contract's bookkeeping, written once. A transport implements the hooks, which know only its
 * medium, and reports what happens there; everything a user can see (waiting, modes, deadlines,
 * errors, the order of the end) is decided here, by three parts: {@link Sending}, {@link Receiving}
 * and {@link Ending}.
 *
 * <p>Hooks must not call the user and must not wait. Reports may come from any thread unless stated
 * otherwise.
 */
public abstract class AbstractChannel implements Channel {
  final ChannelTraits traits;
  final Sending sending;
  final Receiving receiving;
  final Ending ending;
  final ErrorSink errors;

  /**
   * Makes an open channel.
   *
   * @param traits what is known of it
   */
  protected AbstractChannel(ChannelTraits traits) {
    this.traits = traits;
    errors = new ErrorSink(traits.endpoint());
    ending = new Ending(this);
    sending = new Sending(this);
    receiving = new Receiving(this);
  }

  // ---- hooks: what a transport does

  /**
   * Copies a message to where it is sent from. Called with the send lock held.
   *
   * @param message from position to limit, neither of which may be moved
   * @return false if there is no room; nothing has happened then
   */
  protected abstract boolean offer(ByteBuffer message);

  /**
   * Lets a message be written where it is sent from. Called with the send lock held.
   *
   * @param maximum how long it may become, in bytes
   * @param writer called at most once; its exceptions pass through and send nothing
   * @return false if there is no room; the writer was not called then
   */
  protected abstract boolean offer(int maximum, MessageWriter writer);

  /**
   * Whether an offer of this length would find room. Any thread.
   *
   * @param length in bytes
   * @return whether there is room
   */
  protected abstract boolean hasRoom(int length);

  /**
   * Something was offered: whether {@link #wakeOutput} has to be called. With the send lock held,
   * so that what a holder of the lock has written before is seen here.
   *
   * @return false if it will be sent anyway
   */
  protected boolean outputSleeps() {
    return true;
  }

  /** Something was offered: sees to it that it is sent. Any thread, the send lock is not held. */
  protected abstract void wakeOutput();

  /**
   * Makes progress with this channel's own output, on a transport thread that waits for room.
   *
   * @return whether there was progress
   */
  protected abstract boolean driveOutput();

  /**
   * Hands waiting messages out; exceptions of the handler pass through. One thread at a time.
   *
   * @param handler takes each message
   * @param limit how many at most
   * @return how many there were
   */
  protected abstract int take(MessageHandler handler, int limit);

  /**
   * Whether every received message was handed out and its handler returned. Any thread.
   *
   * @return whether nothing waits
   */
  protected abstract boolean inboundEmpty();

  /** Messages were taken: there may be room for more. On the receiving thread. */
  protected abstract void inboundTaken();

  /**
   * Runs a task on this channel's transport thread, one task after the other. Any thread.
   *
   * @param task must not wait
   */
  protected abstract void execute(Runnable task);

  /**
   * Sends the end of output behind everything offered before. Any thread.
   *
   * @param sent how many messages were offered in all
   */
  protected abstract void sendEndOutput(long sent);

  /**
   * Asks the peer to confirm, behind everything offered before. A later barrier replaces one that
   * is not sent yet. Called with the send lock held, so never for fewer messages than before.
   *
   * @param sent how many messages were offered so far
   */
  protected abstract void sendBarrier(long sent);

  /**
   * Confirms to the peer; replaces a confirmation that is not sent yet. Any thread, one at a time,
   * never for fewer messages than before.
   *
   * @param handled for how many messages the handler returned
   */
  protected abstract void sendBarrierAck(long handled);

  /**
   * Begins the orderly end: flush, say close, wait for the peer's side, at most the close timeout,
   * then report {@link #ended}. Called once, any thread.
   */
  protected abstract void startClose();

  /**
   * Cuts at once and reports {@link #ended}. Any thread; may be called after {@link #startClose}.
   */
  protected abstract void cut();

  // ---- hooks of transports that any thread may write to

  /**
   * A sender that is not on a transport thread finds no room: writes what there is, if it can do so
   * without waiting. Any thread.
   */
  protected void helpOutput() {}

  // ---- hooks of transports whose peer does not ring for every message

  /**
   * The pulling thread is about to sleep until {@link #arrived} is reported: sees to it that it
   * will be. Called before the last look at {@link #inboundEmpty}.
   *
   * @return how long this sleep may last in case the peer has not noticed, in nanoseconds
   */
  protected long receiverSleeps() {
    return Long.MAX_VALUE;
  }

  /**
   * How many looks a receiver that spins takes before it lets other threads of a single processor
   * run.
   *
   * @return 1, the default, where a thread of this process brings the messages
   */
  protected int looksPerYield() {
    return 1;
  }

  /**
   * A sender found no room. Where the peer frees it and this process does not notice, the sender
   * looks for some itself, as long as the wait strategy spins, before it sleeps; for more than one
   * message's, so that it does not look again at once.
   *
   * @param length of the message, in bytes
   * @return for how many bytes to look; 0, the default, to sleep at once
   */
  protected int roomToSpinFor(int length) {
    return 0;
  }

  /**
   * A sender is about to sleep until {@link #roomFreed} is reported: sees to it that it will be.
   * Called before the last look at {@link #hasRoom}. Any thread.
   *
   * @return how long this sleep may last in case the peer has not noticed, in nanoseconds
   */
  protected long senderSleeps() {
    return Long.MAX_VALUE;
  }

  /** The same for a callback, which does not look again by itself. Any thread. */
  protected void callbackWaits() {}

  /**
   * An access to mapped memory has failed, and the JVM told the receiving thread of it late.
   *
   * @param error thrown on by default
   */
  protected void faulted(InternalError error) {
    throw error;
  }

  /**
   * The end was reported, and nobody will be handed a message any more; some threads may still be
   * inside. Called once, by any thread, perhaps from within a handler.
   */
  protected void settled() {}

  // ---- reports: what happened to a transport

  /**
   * Messages arrived where {@link #take} finds them.
   *
   * @return whether a thread slept that waited for them, and now wakes
   */
  protected final boolean arrived() {
    return receiving.arrived();
  }

  /** There may be room again. */
  protected final void roomFreed() {
    sending.roomFreed();
  }

  /**
   * Whether messages may be handed to {@link #deliver}: the channel is pushed and nothing waits
   * that came before. On the transport thread.
   *
   * @return whether it may
   */
  protected final boolean delivers() {
    return receiving.delivers();
  }

  /**
   * Hands one message to the pushed handler. On the transport thread, when {@link #delivers}.
   *
   * @param message as {@link MessageHandler} wants it
   */
  protected final void deliver(ByteBuffer message) {
    receiving.deliver(message);
  }

  /**
   * Hands some of what waits to the pushed handler. On the transport thread.
   *
   * @return how many messages there were; 0 also if the channel is not pushed, or inside its
   *     handler
   */
  protected final int pump() {
    return receiving.pumpOnce();
  }

  /**
   * Whether the user chose to have messages pushed.
   *
   * @return false for a pulled channel, and before the choice
   */
  protected final boolean isPushed() {
    return receiving.isPushed();
  }

  /**
   * Whether the caller is the thread that pulls.
   *
   * @return whether it is inside a receive of this channel
   */
  protected final boolean isReceiver() {
    return receiving.isMine();
  }

  /**
   * Whether no thread is inside a send or a pull. Who enters after that has seen, inside, whatever
   * the caller wrote to a volatile variable before it asked.
   *
   * @return whether nobody is inside; handlers on the transport thread are not looked at
   */
  protected final boolean isDeserted() {
    VarHandle.fullFence(); // SYNC deserted: the caller's word before the look at who is inside
    return sending.isIdle() && receiving.isIdle();
  }

  /**
   * Whether a sender or a callback waits for room.
   *
   * @return whether {@link #roomFreed} has somebody to tell
   */
  protected final boolean roomIsAwaited() {
    return sending.roomIsAwaited();
  }

  /**
   * The peer asks for confirmation; everything it sent before has been delivered or is found by
   * {@link #take}.
   *
   * @param sent how many messages it had sent
   */
  protected final void peerBarrier(long sent) {
    receiving.barrier(sent);
  }

  /**
   * The peer confirms.
   *
   * @param handled for how many messages its handler returned
   */
  protected final void peerBarrierAck(long handled) {
    sending.acknowledged(handled);
  }

  /** The peer ended its output; everything it sent before has been delivered or is found. */
  protected final void peerEndedOutput() {
    receiving.inputEnded();
  }

  /** The peer takes no more messages, while what it sent may still be read. */
  protected final void outputRefused() {
    ending.refuseOutput();
  }

  /**
   * The medium is done in both directions; everything the peer sent has been delivered or is found.
   * The first report counts.
   *
   * @param report how it ended
   */
  protected final void ended(CloseReport report) {
    ending.ended(report);
  }

  /**
   * Whether this side has begun to close or abort.
   *
   * @return whether it has
   */
  protected final boolean closing() {
    return ending.closing();
  }

  /**
   * Whether sends are refused.
   *
   * @return whether they are
   */
  protected final boolean outputEnded() {
    return ending.outputEnded();
  }

  /**
   * Whether a send is under way right now; a transport thread may not touch the senders' side then.
   *
   * @return false while it holds the senders off, until {@link #releaseSenders}
   */
  protected final boolean tryHoldSenders() {
    return sending.tryHold();
  }

  /**
   * Whether a send may wait for a moment, now and with the send lock held. Asked again and again.
   *
   * @return false for {@code trySend}, on transport threads, and while others wait to send
   */
  protected final boolean senderMayWait() {
    return sending.mayWait();
  }

  /**
   * Runs a task when a user's writer is done that keeps {@link #tryHoldSenders} from holding.
   *
   * @param task must not wait; on any thread
   * @return false if none is at work: somebody was sending, and is done in a moment
   */
  protected final boolean whenWritten(Runnable task) {
    return sending.whenWritten(task);
  }

  /** Lets senders go on after {@link #tryHoldSenders}. */
  protected final void releaseSenders() {
    sending.release();
  }

  /**
   * How many messages were sent: exact when sends are refused and none is under way, as in {@link
   * #startClose}, or while senders are held. Any thread.
   *
   * @return the count that END_OUTPUT and CLOSE tell the peer
   */
  protected final long sent() {
    return sending.count();
  }

  /**
   * What the channel was made with.
   *
   * @return its traits
   */
  protected final ChannelTraits traits() {
    return traits;
  }

  // ---- the user's side

  @Override
  public final SendResult trySend(ByteBuffer message) {
    requireLength(message.remaining());
    return sending.trySend(message);
  }

  @Override
  public final SendResult trySend(int maximum, MessageWriter writer) {
    Objects.requireNonNull(writer, "writer");
    requireLength(maximum);
    return sending.trySend(maximum, writer);
  }

  @Override
  public final void send(ByteBuffer message) throws InterruptedException {
    requireLength(message.remaining());
    sending.send(message, Sending.FOREVER);
  }

  @Override
  public final boolean send(ByteBuffer message, Duration timeout) throws InterruptedException {
    requireLength(message.remaining());
    return sending.send(message, Deadline.after(timeout));
  }

  @Override
  public final void onRoom(Runnable callback) {
    sending.onRoom(Objects.requireNonNull(callback, "callback"));
  }

  @Override
  public final int poll(MessageHandler handler, int limit) {
    Objects.requireNonNull(handler, "handler");
    if (limit <= 0) {
      throw new IllegalArgumentException("the limit is not greater than 0, limit=" + limit);
    }
    return receiving.poll(handler, limit);
  }

  @Override
  public final ReceiveResult receive(MessageHandler handler, Duration timeout)
      throws InterruptedException {
    Objects.requireNonNull(handler, "handler");
    TransportThread.refuse("receive");
    return receiving.receive(handler, Deadline.after(timeout));
  }

  @Override
  public final void onMessage(MessageHandler handler) {
    receiving.onMessage(Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public final void onError(Consumer<? super Throwable> handler) {
    errors.handler(Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public final void endOutput() {
    require(Capability.HALF_CLOSE);
    sending.endOutput();
  }

  @Override
  public final DrainReport drain(Duration timeout) throws InterruptedException {
    require(Capability.DRAIN);
    TransportThread.refuse("drain");
    return sending.drain(Deadline.after(timeout));
  }

  @Override
  public final void close() {
    ending.close();
  }

  @Override
  public final void abort() {
    ending.abort();
  }

  @Override
  public final CompletionStage<CloseReport> closed() {
    return ending.closed();
  }

  @Override
  public final int maxMessageLength() {
    return traits.maxMessageLength();
  }

  @Override
  public final Endpoint endpoint() {
    return traits.endpoint();
  }

  @Override
  public final Set<Capability> capabilities() {
    return traits.capabilities();
  }

  @Override
  public final PeerIdentity peer() {
    return traits.peer();
  }

  @Override
  public final String toString() {
    return "Channel[endpoint=" + traits.endpoint() + ", " + traits.peer() + ", " + ending + "]";
  }

  private void requireLength(int length) {
    if (length < 0) {
      throw new IllegalArgumentException("the maximum is negative, maximum=" + length);
    }
    if (length > traits.maxMessageLength()) {
      throw new MessageTooLargeException(
          "the message is too long, length="
              + length
              + ", maxMessageLength="
              + traits.maxMessageLength()
              + ", endpoint="
              + traits.endpoint()
              + "; raise maxMessage on both sides or send it in pieces");
    }
  }

  private void require(Capability capability) {
    if (!traits.capabilities().contains(capability)) {
      throw new UnsupportedOperationException(
          "the channel lacks a capability, capability="
              + capability
              + ", endpoint="
              + traits.endpoint());
    }
  }
}
