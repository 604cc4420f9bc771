// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Receives everything a channel gets, in either form; a pulled one can be held. */
final class Receiver implements AutoCloseable {
  private static final int SEVERAL = 16;
  private static final Duration TURN = Duration.ofMillis(20);

  private final Channel channel;
  private final MessageHandler handler;
  private final Variant.Form form;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final AtomicLong errors = new AtomicLong();
  private volatile boolean ended;
  private volatile boolean stopped;

  private Receiver(Channel channel, Variant.Form form, MessageHandler handler) {
    this.channel = channel;
    this.form = form;
    this.handler = handler;
  }

  static Receiver start(Channel channel, Variant.Form form, MessageHandler handler) {
    Receiver receiver = new Receiver(channel, form, handler);
    if (form == Variant.Form.PUSHED) {
      channel.onError(error -> receiver.errors.incrementAndGet());
      channel.closed().thenRun(() -> receiver.ended = true);
      channel.onMessage(handler);
    } else {
      receiver.pullSafely(); // decides, before anything else happens
      Task.start("receiver of " + channel.endpoint(), receiver::pull);
    }
    return receiver;
  }

  /** Takes nothing more when this returns, until {@link #resume}. */
  void hold() {
    if (form == Variant.Form.PUSHED) {
      throw new IllegalStateException("a pushed handler cannot be held");
    }
    turn.lock();
  }

  /** Goes on; called by the thread that held it. */
  void resume() {
    turn.unlock();
  }

  /** Whether everything was received and nothing will follow. */
  boolean ended() {
    return ended;
  }

  /** How many exceptions of the handler came out where they belong. */
  long errors() {
    return errors.get();
  }

  @Override
  public void close() {
    stopped = true;
  }

  /** Both views of pulling: what waits at once, then one with waiting. */
  private Void pull() throws InterruptedException {
    while (!ended && !stopped) {
      turn.lock();
      try {
        pullSafely();
        if (!ended) {
          ended = channel.receive(handler, TURN) == ReceiveResult.ENDED;
        }
      } catch (PlannedException e) {
        errors.incrementAndGet();
      } finally {
        turn.unlock();
      }
    }
    return null;
  }

  private void pullSafely() {
    try {
      ended = channel.poll(handler, SEVERAL) < 0;
    } catch (PlannedException e) {
      errors.incrementAndGet();
    }
  }
}
