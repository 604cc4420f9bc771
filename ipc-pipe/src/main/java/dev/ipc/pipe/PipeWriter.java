// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.WaitStrategy;
import dev.ipc.spi.Spinning;
import dev.ipc.spi.StreamChannel.Output;
import dev.ipc.spi.StreamChannel.Progress;
import java.io.IOException;
import java.lang.invoke.VarHandle;
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
  private final WaitStrategy patience;
  private final BooleanSupplier wanted = this::isWanted;
  private final Output waiting;
  private final Output atOnce;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile Thread thread;
  private volatile boolean parked;

  /** Whether there is something that no writer has looked for. */
  private volatile boolean due;

  private volatile long lastWrite = System.nanoTime() - APART_NANOS;
  private volatile boolean answering;

  PipeWriter(PipeChannel channel, Threads threads, WriteEnd end) {
    this.channel = channel;
    this.threads = threads;
    this.patience = channel.waitStrategy();
    this.waiting = bytes -> end.write(bytes, patience);
    this.atOnce = end::writeIfEmpty;
  }

  // ---- any thread

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
        writing.lock();
        try {
          writeDue(waiting);
        } finally {
          writing.unlock();
        }
      }
      running.set(false);
      VarHandle.fullFence(); // SYNC writer-parked: the end before the last look
    } while (due && channel.isOpen() && running.compareAndSet(false, true));
  }

  /** False when there was none for a while, or never will be. */
  private boolean awaitWork() {
    long until = System.nanoTime() + IDLE_NANOS;
    while (!isWanted() && !Spinning.await(wanted, patience, until)) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      parked = true;
      VarHandle.fullFence(); // SYNC writer-parked: the sleep before the look for work
      if (!isWanted()) {
        LockSupport.parkNanos(this, left);
      }
      parked = false;
    }
    return channel.isOpen();
  }

  private boolean isWanted() {
    return due || !channel.isOpen();
  }

  // ---- whoever has the lock

  private void writeDue(Output output) {
    due = false;
    answering = false;
    VarHandle.fullFence(); // SYNC writer-due: the flag before the look at the messages
    if (channel.writesInVain()) {
      return;
    }
    try {
      if (channel.writeTo(output) != Progress.DONE) {
        due = true;
      }
      lastWrite = System.nanoTime();
    } catch (IOException e) {
      channel.writeFailed();
    } catch (RuntimeException | Error e) {
      channel.broke(e);
    }
    channel.makeRoom();
  }
}
