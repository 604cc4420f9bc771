// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A connected, two-way stream of messages between two processes.
 *
 * <p><b>What it promises.</b> Each message arrives whole or not at all, in the order of completed
 * sends, at most once. Memory stays within the configured bounds plus, per direction, one message
 * that waits and one that is being collected.
 *
 * <p><b>What it does not do.</b> Nothing is durable, nothing is sent again, and {@link
 * SendResult#SENT} does not mean that the peer has read it; use {@link #drain} or a reply of the
 * peer for that.
 *
 * <p><b>Threads.</b> Any thread may send and close, one thread at a time may receive. An interrupt
 * ends the operation it hits, never the channel. On a transport thread (inside a pushed handler)
 * {@code receive} and {@code drain} are {@link IllegalStateException}, {@code close} does not wait,
 * and a waiting send drives this channel's own output until there is room, at most {@link
 * ChannelConfig#sendTimeout()}.
 *
 * <p>A channel is either pulled ({@link #poll}, {@link #receive}) or pushed ({@link #onMessage});
 * the first use decides and mixing is an {@link IllegalStateException}. Messages that arrive before
 * the choice wait in a bounded queue and come first.
 */
public interface Channel extends AutoCloseable {
  /**
   * Sends if there is room now; never blocks.
   *
   * @param message the bytes from position to limit; position and limit are not moved and the
   *     buffer is the caller's again on return
   * @return what became of it
   * @throws MessageTooLargeException if it is longer than {@link #maxMessageLength()}; nothing was
   *     sent
   * @throws IllegalArgumentException if the framing of the endpoint cannot carry these bytes
   */
  SendResult trySend(ByteBuffer message);

  /**
   * Sends a message that is written in place, if there is room for the maximum now; never blocks.
   *
   * @param maximum how many bytes the writer may need, in bytes
   * @param writer called at most once, on this thread, before this method returns
   * @return what became of it
   * @throws MessageTooLargeException if the maximum is longer than {@link #maxMessageLength()}
   */
  SendResult trySend(int maximum, MessageWriter writer);

  /**
   * Sends, waiting for room as long as it takes (on a transport thread: at most {@link
   * ChannelConfig#sendTimeout()}).
   *
   * @param message as for {@link #trySend(ByteBuffer)}
   * @throws ClosedException if the channel no longer takes messages; nothing was sent
   * @throws MessageTooLargeException as for {@link #trySend(ByteBuffer)}
   * @throws IpcTimeoutException if this is a transport thread and there was no room in time
   * @throws InterruptedException if the thread was interrupted while waiting; nothing was sent
   */
  void send(ByteBuffer message) throws InterruptedException;

  /**
   * Sends, waiting for room for a limited time.
   *
   * @param message as for {@link #trySend(ByteBuffer)}
   * @param timeout how long to wait; zero or less does not wait
   * @return whether it was sent
   * @throws ClosedException if the channel no longer takes messages; nothing was sent
   * @throws MessageTooLargeException as for {@link #trySend(ByteBuffer)}
   * @throws InterruptedException if the thread was interrupted while waiting; nothing was sent
   */
  boolean send(ByteBuffer message, Duration timeout) throws InterruptedException;

  /**
   * Calls back once when there is room again, or when the channel closes. If there is room already,
   * it calls back at once. The callback runs on a library thread and must not block.
   *
   * @param callback what to call
   */
  void onRoom(Runnable callback);

  /**
   * Hands waiting messages to the handler on this thread; never waits.
   *
   * @param handler takes each message
   * @param limit how many messages at most, greater than 0
   * @return how many there were, or -1 when everything was received and nothing will follow
   */
  int poll(MessageHandler handler, int limit);

  /**
   * Hands one message to the handler on this thread, waiting for it if need be.
   *
   * @param handler takes the message
   * @param timeout how long to wait; zero or less does not wait
   * @return what became of it
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  ReceiveResult receive(MessageHandler handler, Duration timeout) throws InterruptedException;

  /**
   * Hands every message to the handler, on the transport's thread, from now on. May be called once.
   *
   * @param handler takes each message
   */
  void onMessage(MessageHandler handler);

  /**
   * Where exceptions of the pushed handler and of {@link #onRoom} callbacks go, instead of the log.
   *
   * @param handler takes the exception, on the thread it happened on
   */
  void onError(Consumer<? super Throwable> handler);

  /**
   * Ends this direction: the peer receives what was sent and then the end; sends are {@link
   * SendResult#CLOSED} from now on. The other direction goes on.
   *
   * @throws UnsupportedOperationException without {@link Capability#HALF_CLOSE}
   */
  void endOutput();

  /**
   * Waits until the peer's handler has returned for everything sent before this call. Sends stay
   * possible meanwhile and are not waited for.
   *
   * @param timeout how long to wait
   * @return how far it came; incomplete also when the channel closed before
   * @throws UnsupportedOperationException without {@link Capability#DRAIN}
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  DrainReport drain(Duration timeout) throws InterruptedException;

  /**
   * Closes in order: no more sends, what was sent before is delivered, the peer learns {@link
   * CloseReason#PEER_CLOSED}. What was received and not yet taken is dropped. Waits for the peer's
   * side at most {@link ChannelConfig#closeTimeout()}, then cuts; on a transport thread it does not
   * wait. Idempotent; keeps the interrupt flag.
   */
  @Override
  void close();

  /**
   * Cuts at once: nothing more is delivered and the peer learns {@link CloseReason#PEER_DIED}.
   * Idempotent.
   */
  void abort();

  /**
   * Completes once, when the channel has ended: after the last handler returned (pushed), after the
   * last message was taken (pulled), or on the local close. Sends are {@link SendResult#CLOSED} no
   * later than that. Dependent actions run on a library thread or on the closing one; they must not
   * block.
   *
   * @return how it ended
   */
  CompletionStage<CloseReport> closed();

  /**
   * The longest message that both sides agreed to carry.
   *
   * @return in bytes
   */
  int maxMessageLength();

  /**
   * Where this channel was connected or accepted; stays readable after the end.
   *
   * @return the endpoint
   */
  Endpoint endpoint();

  /**
   * What this channel can do.
   *
   * @return an immutable set
   */
  Set<Capability> capabilities();

  /**
   * Who is on the other side; stays readable after the end.
   *
   * @return the identity, {@link PeerIdentity#UNKNOWN} where nothing is known
   */
  PeerIdentity peer();
}
