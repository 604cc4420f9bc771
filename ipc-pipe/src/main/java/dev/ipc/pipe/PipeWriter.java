// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.WaitStrategy;
import dev.ipc.spi.Spinning;
import dev.ipc.spi.StreamChannel.Output;
import dev.ipc.spi.StreamChannel.Progress;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Writes for one channel. Questions and answers are written by whoever sends them, if the pipe is
 * empty and so cannot block; a stream of messages is written by a thread, in large batches. The
 * thread starts when it is needed and ends when it was not for a while.
 */
final class PipeWriter {
  /** From when on a message is not part of a stream, in nanoseconds. */
  private static final long APART_NANOS = 50_000;

  private static final long IDLE_NANOS = 200_000_000L;

  private final PipeChannel channel;
  private final Threads threads;
  private final ReentrantLock writing = new ReentrantLock();
  private final WriteEnd end;
  private final Feed feed;
  private final WaitStrategy patience;
  private final BooleanSupplier wanted = this::isWanted;
  private final Runnable unattend = this::unattend;
  private final Runnable alarm = this::alarm;
  private final Output atOnce;
  private final int worthTelling;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile Thread thread;
  private volatile boolean parked;

  /** Whether somebody said that there is something, and no writer has looked since. */
  private volatile boolean due;

  /** Whether the thread looks for messages without being told of them. */
  private volatile boolean attended;

  /** Whether a user's writer that is at work will wake the thread when it is done. */
  private volatile boolean alarmed;

  /** Whether nothing can be written any more. */
  private volatile boolean failed;

  /** How much was written when those who wait for room were told; with the lock. */
  private long told;

  private volatile long lastWrite = System.nanoTime() - APART_NANOS;
  private volatile boolean answering;

  /**
   * Starts with nothing to write.
   *
   * @param spools makes one for a stream, if the peer allows it
   */
  PipeWriter(PipeChannel channel, Threads threads, WriteEnd end, Optional<Spool.Maker> spools) {
    this.channel = channel;
    this.end = end;
    this.threads = threads;
    this.patience = channel.waitStrategy();
    this.feed = new Feed(end, spools, patience, this::hasOutput, this::tellNewRoom);
    this.worthTelling = channel.sendBuffer() / 2;
    this.atOnce = bytes -> feed.isHolding() ? 0 : end.writeIfEmpty(bytes);
  }

  // ---- any thread

  /** Whether a sender need not tell of a message; asked with the send lock held. */
  boolean attends() {
    return attended && !answering; // SYNC writer-attends
  }

  /** There is something to write: writes it if that is cheap, else has it written. */
  void write() {
    VarHandle.fullFence(); // SYNC writer-due: the message before the look at the flag
    if (due) {
      return; // whoever said so has it written, with ours
    }
    due = true;
    boolean apart = answering || System.nanoTime() - lastWrite > APART_NANOS;
    if (apart && writing.tryLock()) {
      try {
        writeDue(atOnce);
      } finally {
        writing.unlock();
      }
    }
    if (due) {
      wakeThread();
    }
  }

  /** The peer said something: what we say next may be an answer. */
  void heard() {
    answering = true;
  }

  boolean isWriting() {
    return writing.isLocked();
  }

  /** Lets the thread look around, if there is one. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void alarm() {
    alarmed = false;
    wake();
  }

  /** Has the thread write. */
  void wakeThread() {
    VarHandle.fullFence(); // SYNC writer-parked: what is due before the look at the thread
    if (running.compareAndSet(false, true)) {
      try {
        threads.run(this::run);
      } catch (RejectedExecutionException e) {
        running.set(false); // the context is closed, and the channel ends
      }
    } else if (parked) {
      LockSupport.unpark(thread);
    }
  }

  // ---- the thread

  private void run() {
    thread = Thread.currentThread();
    do {
      while (awaitWork()) {
        boolean unused = Thread.interrupted(); // left by a callback; it would close the pipe
        attended = true;
        long before = moved();
        writing.lock();
        try {
          writeDue(feed);
        } finally {
          writing.unlock();
        }
        if (moved() == before) {
          Spinning.relax(); // a sender is between two steps
        }
      }
      rest();
      running.set(false);
      VarHandle.fullFence(); // SYNC writer-parked: the end before the last look
    } while (due && channel.isOpen() && running.compareAndSet(false, true));
  }

  private long moved() {
    return channel.bytesWritten() + feed.passed();
  }

  private void rest() {
    writing.lock();
    try {
      feed.rest();
    } finally {
      writing.unlock();
    }
  }

  /** False when there was none for a while, or never will be. */
  private boolean awaitWork() {
    long start = System.nanoTime();
    if (!Spinning.await(wanted, patience, start + APART_NANOS) && leaveStream()) {
      return awaitNext(start + IDLE_NANOS);
    }
    return channel.isOpen();
  }

  /** From now on senders tell of what they add; false if there is something to write. */
  private boolean leaveStream() {
    while (attended) {
      if (isWanted()) {
        return false;
      }
      if (!channel.runBetweenSends(unattend)) {
        awaitSender();
      }
    }
    return true;
  }

  /** One is sending, and relies on us; it may be a user's writer, which may take long. */
  private void awaitSender() {
    if (!alarmed) {
      alarmed = true;
      if (!channel.runAfterWriter(alarm)) {
        alarmed = false;
        Spinning.relax();
        return;
      }
    }
    parkUnlessWanted(IDLE_NANOS);
  }

  /** Does not spin: it would keep the permission from a receiver, and who sends alone writes. */
  private boolean awaitNext(long until) {
    while (!isWanted()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      parkUnlessWanted(left);
    }
    return channel.isOpen();
  }

  private void parkUnlessWanted(long nanos) {
    parked = true;
    VarHandle.fullFence(); // SYNC writer-parked: the sleep before the look for work
    if (!isWanted()) {
      LockSupport.parkNanos(this, nanos);
    }
    parked = false;
  }

  private boolean isWanted() {
    return due || holdsOutput() || (attended && hasOutput()) || !channel.isOpen();
  }

  private boolean holdsOutput() {
    return feed.isHolding() && !failed && !channel.writesInVain();
  }

  private boolean hasOutput() {
    return channel.hasOutput() && !failed;
  }

  /** While nobody sends. */
  private void unattend() {
    if (!hasOutput()) {
      attended = false; // SYNC writer-attends
    }
  }

  // ---- whoever has the lock

  private void writeDue(Output output) {
    due = false;
    answering = false;
    VarHandle.fullFence(); // SYNC writer-due: the flag before the look at what there is
    if (failed || channel.writesInVain()) {
      return;
    }
    try {
      boolean more = channel.writeTo(output) != Progress.DONE;
      boolean last = !more && channel.wasLast(); // before a sender is told of room
      if (more) {
        due = true;
      }
      if (!more || channel.bytesWritten() - told >= worthTelling) {
        tellRoom();
      }
      if (output == feed) {
        feed.flush();
      }
      if (last && !feed.isHolding()) {
        channel.lastIsOut();
      }
      lastWrite = System.nanoTime();
    } catch (IOException e) {
      fail();
      channel.writeFailed();
    } catch (RuntimeException | Error e) {
      fail();
      channel.broke(e);
    }
  }

  /** The peer may have read a part of something: it must find the end there, and no more. */
  private void fail() {
    failed = true;
    Pipe.closeQuietly(end);
    tellRoom();
  }

  private void tellRoom() {
    told = channel.bytesWritten();
    channel.makeRoom();
  }

  /** The same unless they know. */
  private void tellNewRoom() {
    if (told != channel.bytesWritten()) {
      tellRoom();
    }
  }
}
