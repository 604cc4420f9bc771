// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The listener's bookkeeping, written once: the bounded queue of connected channels, pulled or
 * pushed, and the end. A transport reserves a place before it welcomes a client, then hands the
 * channel in.
 */
public abstract class AbstractListener implements Listener {
  /** How many connected channels wait to be accepted. */
  public static final int ACCEPT_QUEUE = 128;

  /** How long a second close waits for the first one to give up the name. */
  private static final Duration RELEASE = Duration.ofSeconds(5);

  private final Endpoint endpoint;
  private final ErrorSink errors;
  private final Queue<Channel> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger places = new AtomicInteger(ACCEPT_QUEUE);
  private final WaitList acceptors = new WaitList();
  private final AtomicBoolean pulled = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Consumer<? super Channel> handler;
  private volatile boolean released;

  /**
   * Makes an open listener.
   *
   * @param endpoint the bound address
   */
  protected AbstractListener(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.errors = new ErrorSink(endpoint);
  }

  // ---- hooks

  /** Gives up the name and everything else that belongs to the listener. Called once. */
  protected abstract void release();

  /**
   * Runs a task on a transport thread.
   *
   * @param task must not wait
   */
  protected abstract void execute(Runnable task);

  /** A place in the queue became free. */
  protected void placeFreed() {}

  // ---- reports

  /**
   * Asks for a place for a client that is about to be welcomed.
   *
   * @return whether there was one; it is used up by {@link #accepted} or given back by {@link
   *     #giveBack}
   */
  protected final boolean reserve() {
    if (closed.get()) {
      return false;
    }
    int free = places.get();
    while (free > 0) {
      if (places.compareAndSet(free, free - 1)) {
        return true;
      }
      free = places.get();
    }
    return false;
  }

  /** Gives a reserved place back: its client went away. */
  protected final void giveBack() {
    places.incrementAndGet();
    placeFreed();
  }

  /**
   * Hands a connected channel in, on a reserved place.
   *
   * @param channel ready to use
   */
  protected final void accepted(Channel channel) {
    waiting.add(channel);
    acceptors.wake();
    if (handler != null) {
      execute(this::push);
    }
    if (closed.get()) {
      closeWaiting();
    }
  }

  /**
   * Whether the listener is closed.
   *
   * @return whether it is
   */
  protected final boolean isClosed() {
    return closed.get();
  }

  // ---- the user's side

  @Override
  public final Optional<Channel> accept(Duration timeout) throws InterruptedException {
    TransportThread.refuse("accept");
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (handler != null) {
      throw mixed();
    }
    pulled.set(true);
    long deadline = Deadline.after(timeout);
    while (true) {
      Channel channel = waiting.poll();
      if (channel != null) {
        giveBack();
        return Optional.of(channel);
      }
      if (closed.get()) {
        throw new ClosedException("the listener is closed, endpoint=" + endpoint);
      }
      if (!acceptors.await(() -> closed.get() || !waiting.isEmpty(), deadline)) {
        return Optional.empty();
      }
    }
  }

  @Override
  public final void onAccept(Consumer<? super Channel> wanted) {
    Objects.requireNonNull(wanted, "handler");
    synchronized (this) {
      if (pulled.get() || handler != null) {
        throw mixed();
      }
      handler = wanted;
    }
    execute(this::push);
  }

  @Override
  public final Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public final void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        release();
      } finally {
        released = true;
        acceptors.wake();
        closeWaiting();
      }
    } else if (!TransportThread.isCurrent()) {
      acceptors.awaitUninterruptibly(() -> released, Deadline.after(RELEASE));
    }
  }

  @Override
  public final String toString() {
    return "Listener[endpoint=" + endpoint + (closed.get() ? ", closed]" : "]");
  }

  private void push() {
    Channel channel;
    while ((channel = waiting.poll()) != null) {
      giveBack();
      try {
        handler.accept(channel);
      } catch (Throwable e) {
        channel.abort();
        errors.accept(e);
      }
    }
  }

  private void closeWaiting() {
    Channel channel;
    while ((channel = waiting.poll()) != null) {
      execute(channel::close); // there it does not wait, so one peer that hangs holds up nobody
    }
  }

  private IllegalStateException mixed() {
    return new IllegalStateException(
        "a listener is either pulled or pushed, and pushed once, endpoint=" + endpoint);
  }
}
