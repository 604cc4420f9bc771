// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.ClosedException;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A channel with a deadline on every wait. What fails in a handler fails the next call here. */
final class Peer implements AutoCloseable {
  /** How long nothing may happen. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Channel channel;
  private final CompletableFuture<Void> broken = new CompletableFuture<>();
  private final CompletableFuture<CloseReport> closed;

  Peer(Channel channel) {
    this.channel = channel;
    this.closed = channel.closed().toCompletableFuture();
    channel.onError(broken::completeExceptionally);
  }

  Channel channel() {
    return channel;
  }

  /** Sends, waiting for room; any thread but the library's. */
  void send(ByteBuffer message) throws InterruptedException {
    if (channel.trySend(message) != SendResult.SENT) {
      sendWaiting(message);
    }
  }

  private void sendWaiting(ByteBuffer message) throws InterruptedException {
    requireWhole();
    try {
      if (!channel.send(message, PATIENCE)) {
        throw new Failure.Consequence("the peer made no room, seconds=" + PATIENCE.toSeconds());
      }
    } catch (ClosedException e) {
      requireWhole();
      throw new Failure.Consequence("the channel closed while sending: " + e.getMessage());
    }
  }

  /** Sends a short message at once, as a handler does. */
  void sendNow(ByteBuffer message) {
    SendResult result = channel.trySend(message);
    if (result != SendResult.SENT) {
      throw new Failure.Consequence("a short message found no room, result=" + result);
    }
  }

  /** Hands one message to the handler. */
  ReceiveResult receive(MessageHandler handler) throws InterruptedException {
    ReceiveResult result = channel.receive(handler, PATIENCE);
    if (result == ReceiveResult.TIMED_OUT) {
      throw new Failure.Consequence("no message came, seconds=" + PATIENCE.toSeconds());
    }
    return result;
  }

  /** Waits for something that a handler completes. */
  <T> T await(CompletableFuture<T> result, Duration timeout) throws InterruptedException {
    await(CompletableFuture.anyOf(result, broken, closed), "the peer did not answer", timeout);
    requireWhole();
    if (!result.isDone()) {
      throw new Failure.Consequence("the channel closed too early, " + closed.join());
    }
    return result.join();
  }

  /** Waits for the end and requires that the peer closed in order. */
  CloseReason awaitClosedByPeer(Duration timeout) throws InterruptedException {
    await(CompletableFuture.anyOf(closed, broken), "the peer did not close", timeout);
    requireWhole();
    CloseReport report = closed.join();
    if (report.reason() != CloseReason.PEER_CLOSED) {
      throw new Failure.Consequence(
          "the server saw the wrong close reason, expected=PEER_CLOSED, " + report);
    }
    return report.reason();
  }

  /** Closes in order. */
  @Override
  public void close() {
    channel.close();
  }

  private void requireWhole() {
    if (broken.isCompletedExceptionally()) {
      try {
        broken.join();
      } catch (java.util.concurrent.CompletionException e) {
        throw e.getCause() instanceof Failure failure ? failure : e;
      }
    }
  }

  private static void await(CompletableFuture<?> any, String problem, Duration timeout)
      throws InterruptedException {
    try {
      any.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      // the caller looks at what happened
    } catch (TimeoutException e) {
      throw new Failure.Consequence(problem + " in time, seconds=" + timeout.toSeconds());
    }
  }
}
