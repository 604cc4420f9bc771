// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.MessageHandler;
import dev.ipc.ReceiveResult;
import dev.ipc.WaitStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The receiving half of the contract: pulled or pushed, one receiver at a time, what was handled.
 */
final class Receiving {
  private static final int PUMP = 256;

  /** How soon who is to spin for good, and may not because others do, asks again. */
  private static final long ASK_AGAIN_NANOS = 10_000_000;

  private static final VarHandle HANDLED =
      Fields.handle(MethodHandles.lookup(), Receiving.class, "handled", long.class);

  private enum Mode {
    UNDECIDED,
    PULLED,
    PUSHED
  }

  private final AbstractChannel channel;
  private final boolean copies;
  private final AtomicReference<Mode> mode = new AtomicReference<>(Mode.UNDECIDED);
  private final AtomicReference<Thread> receiver = new AtomicReference<>();
  private final WaitList arrivals = new WaitList();
  private volatile MessageHandler pushed;
  private volatile boolean inputEnded;

  /** For how many messages the handler returned; written by the receiving thread. */
  private long handled;

  /** The peer's last barrier and the count it was last told. */
  private volatile long barrier;

  private volatile long confirmed;

  /** Whether the pushed handler is running, for the transport thread's own eyes. */
  private boolean delivering;

  /** The pulling thread's handler, while it pulls. */
  private MessageHandler pulling;

  private final MessageHandler pulled = message -> handle(pulling, message);
  private final MessageHandler pumped = this::handlePushed;
  private final BooleanSupplier ready = this::ready;
  private final Runnable pump = this::pump;
  private final LongSupplier announcement;
  private final AtomicBoolean pumpScheduled = new AtomicBoolean();

  Receiving(AbstractChannel channel) {
    this.channel = channel;
    this.copies = channel.traits.config().copyReceived();
    this.announcement = channel::receiverSleeps;
  }

  // ---- pulled

  int poll(MessageHandler handler, int limit) {
    enter();
    try {
      return pull(handler, limit);
    } finally {
      receiver.set(null);
    }
  }

  ReceiveResult receive(MessageHandler handler, long deadline) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    enter();
    try {
      while (true) {
        int taken = pull(handler, 1);
        if (taken != 0) {
          return taken > 0 ? ReceiveResult.RECEIVED : ReceiveResult.ENDED;
        }
        if (!awaitArrival(deadline)) {
          return ReceiveResult.TIMED_OUT;
        }
      }
    } finally {
      receiver.set(null);
    }
  }

  private boolean awaitArrival(long deadline) throws InterruptedException {
    try {
      WaitStrategy strategy = channel.traits.config().waitStrategy();
      if (Spinning.await(ready, strategy, deadline, channel.looksPerYield())) {
        return true;
      }
      if (strategy.spinNanos() < Long.MAX_VALUE || Deadline.left(deadline) <= ASK_AGAIN_NANOS) {
        return arrivals.await(ready, deadline, announcement);
      }
      arrivals.await(ready, System.nanoTime() + ASK_AGAIN_NANOS, announcement);
      return true;
    } catch (InternalError e) {
      channel.faulted(e);
      return true;
    }
  }

  private int pull(MessageHandler handler, int limit) {
    if (channel.ending.closing()) {
      return -1; // what was not taken is dropped
    }
    boolean last = over(); // before the look: what was put before the end is found by it
    long before = handled;
    pulling = handler;
    try {
      channel.take(pulled, limit);
    } finally {
      pulling = null;
      afterTake();
    }
    int taken = (int) (handled - before);
    return taken == 0 && last ? -1 : taken;
  }

  private boolean ready() {
    return over() || !channel.inboundEmpty();
  }

  private boolean over() {
    return inputEnded || channel.ending.isEnded() || channel.ending.closing();
  }

  private void enter() {
    decide(Mode.PULLED);
    if (!receiver.compareAndSet(null, Thread.currentThread())) {
      throw new IllegalStateException(
          "a receive is under way, endpoint="
              + channel.traits.endpoint()
              + "; one thread at a time may receive, and not from inside its handler");
    }
  }

  /** After a local close nothing is handed out; what waits is dropped and does not count. */
  private void handle(MessageHandler handler, ByteBuffer message) {
    if (channel.ending.closing()) {
      return;
    }
    try {
      handler.onMessage(copies ? privateCopy(message) : message);
    } finally {
      HANDLED.setRelease(this, handled + 1);
    }
  }

  // ---- pushed

  void onMessage(MessageHandler handler) {
    decide(Mode.PUSHED);
    synchronized (this) {
      if (pushed != null) {
        throw new IllegalStateException(
            "the channel has a handler, endpoint=" + channel.traits.endpoint());
      }
      pushed = handler;
    }
    schedulePump();
  }

  boolean delivers() {
    return pushed != null && !delivering && channel.inboundEmpty();
  }

  void deliver(ByteBuffer message) {
    delivering = true;
    try {
      handle(pushed, message);
    } catch (Throwable e) {
      channel.errors.accept(e);
    } finally {
      delivering = false;
    }
    confirmIfReached();
    if (channel.ending.isEnded()) {
      channel.ending.settle();
    }
  }

  /** Hands out what waits, on the transport thread, and comes back if that was not all. */
  private void pump() {
    pumpScheduled.set(false);
    if (pumpOnce() == PUMP) {
      schedulePump();
    }
  }

  /** Hands out some of what waits, on the transport thread; returns how many there were. */
  int pumpOnce() {
    if (pushed == null || delivering) {
      return 0;
    }
    int taken;
    delivering = true;
    try {
      taken = channel.take(pumped, PUMP);
    } finally {
      delivering = false;
      afterTake();
    }
    return taken;
  }

  private void schedulePump() {
    if (pumpScheduled.compareAndSet(false, true)) {
      channel.execute(pump);
    }
  }

  private void handlePushed(ByteBuffer message) {
    try {
      handle(pushed, message);
    } catch (Throwable e) {
      channel.errors.accept(e);
    }
  }

  boolean isPushed() {
    return mode.get() == Mode.PUSHED;
  }

  /** Whether the caller is the one that pulls. */
  boolean isMine() {
    return receiver.get() == Thread.currentThread();
  }

  /** Whether nobody pulls. */
  boolean isIdle() {
    return receiver.get() == null;
  }

  boolean isDelivering() {
    return delivering;
  }

  // ---- both

  /** Whether somebody was woken. */
  boolean arrived() {
    if (mode.get() == Mode.PUSHED) {
      schedulePump();
      return false;
    }
    return arrivals.wake();
  }

  void inputEnded() {
    inputEnded = true;
    arrivals.wake();
  }

  /** This side no longer wants to receive: whoever waits learns of it. */
  void wake() {
    arrivals.wake();
  }

  /** SYNC barrier-handled: the barrier before the look at the count, and the other way round. */
  void barrier(long sent) {
    barrier = sent;
    VarHandle.fullFence();
    confirm();
  }

  private void afterTake() {
    channel.inboundTaken();
    VarHandle.fullFence(); // SYNC barrier-handled
    confirmIfReached();
    if (channel.ending.isEnded()) {
      channel.ending.settle();
    }
  }

  /** A barrier may be ahead of its messages. On the receiving thread. */
  private void confirmIfReached() {
    if (barrier > confirmed && handled >= barrier) {
      confirm();
    }
  }

  /** One at a time, so that a confirmation never replaces one of more messages. */
  private synchronized void confirm() {
    long count = (long) HANDLED.getAcquire(this);
    confirmed = count;
    channel.sendBarrierAck(count);
  }

  private void decide(Mode wanted) {
    if (mode.get() != wanted
        && !mode.compareAndSet(Mode.UNDECIDED, wanted)
        && mode.get() != wanted) {
      throw new IllegalStateException(
          "a channel is either pulled or pushed, endpoint="
              + channel.traits.endpoint()
              + ", first="
              + mode.get()
              + ", now="
              + wanted);
    }
  }

  private static ByteBuffer privateCopy(ByteBuffer message) {
    return ByteBuffer.allocate(message.remaining()).put(message).flip().asReadOnlyBuffer();
  }
}
