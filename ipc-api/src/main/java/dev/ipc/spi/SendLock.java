// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets one sender at a time copy its message; mostly held for nanoseconds, so it spins before it
 * sleeps. Who holds it for longer asks {@link #isAwaited}.
 *
 * <p>The lock is biased: a thread that took it often enough, with nobody else in between, enters
 * and leaves without an atomic instruction, which would wait for every store into the peer's cache
 * lines. Whoever else comes takes the bias away and stops that thread for a moment. After one that
 * did not last the next is twice as hard to get, so threads that take turns do not pay for it again
 * and again.
 *
 * <p>SYNC bias: the favoured thread writes that it is inside, then looks whether its bias has
 * ended; there is no fence between the two. The other one ends the bias, then stops that thread to
 * have its stack walked, and only then looks whether it is inside. The stop is the fence: a store
 * made before it is seen after it, and a look made after it sees that the bias has ended. Each bias
 * has its own word for who is inside, so a thread that was kept from running in between does not
 * write into the next one's.
 */
final class SendLock {
  private static final VarHandle OWNER =
      Fields.handle(MethodHandles.lookup(), SendLock.class, "owner", Thread.class);
  private static final VarHandle INSIDE =
      Fields.handle(MethodHandles.lookup(), Bias.class, "inside", boolean.class);
  private static final int SPINS = 64;
  private static final long NAP_NANOS = 20_000;

  /** That many atomic instructions cost about as much as to take a bias away. */
  private static final int RUN = 4096;

  private static final int LONGEST_RUN = 1 << 24;

  /** How long a bias lasts that was worth its end, in nanoseconds. */
  static final long WORTH_NANOS = 10_000_000;

  /** Of all locks that never had another one. */
  private static final Bias NOBODYS = new Bias(null);

  private volatile Thread owner;

  /** The last one; changed by owners while nobody is inside. */
  private volatile Bias bias = NOBODYS;

  /**
   * Lets one thread in without its becoming the owner. Whether it is inside is a boolean and no
   * reference: some garbage collectors need a fence to write one.
   */
  private static final class Bias {
    final Thread thread;
    volatile boolean ended;
    volatile boolean inside;

    Bias(Thread thread) {
      this.thread = thread;
      this.ended = thread == null;
    }
  }

  private final AtomicInteger waiting = new AtomicInteger();

  // The owner's.
  private Thread last;
  private final int shortestRun;
  private int run;
  private int needed;
  private long favouredSince;

  /** A bias begins when the owner leaves: before, it would let the owner in twice. */
  private boolean earned;

  SendLock() {
    this(RUN);
  }

  /** With another number of times in a row that make a thread the favoured one. */
  SendLock(int run) {
    shortestRun = run;
    needed = run;
  }

  void lock() {
    Thread self = Thread.currentThread();
    Bias bias = this.bias;
    if (bias.thread == self && !bias.inside) {
      INSIDE.setOpaque(bias, true); // SYNC bias
      VarHandle.acquireFence(); // for the compiler: the store before the look
      if (!bias.ended) {
        return;
      }
      INSIDE.setRelease(bias, false);
    }
    own(self);
  }

  boolean tryLock() {
    if (!OWNER.compareAndSet(this, null, Thread.currentThread())) {
      return false;
    }
    takeBias();
    if (bias.inside) {
      OWNER.setRelease(this, null);
      return false;
    }
    return true;
  }

  void unlock() {
    Thread self = Thread.currentThread();
    if ((Thread) OWNER.get(this) == self) {
      try {
        if (earned) {
          earned = false;
          bias = new Bias(self);
        }
      } finally {
        OWNER.setRelease(this, null);
      }
    } else {
      INSIDE.setRelease(bias, false);
    }
  }

  /** Whether nobody is inside; who enters later sees what the caller wrote before. */
  boolean isFree() {
    boolean free = tryLock();
    if (free) {
      unlock();
    }
    return free;
  }

  boolean isMine() {
    return isMine(Thread.currentThread());
  }

  private boolean isMine(Thread self) {
    Bias bias = this.bias;
    return owner == self || (bias.thread == self && bias.inside);
  }

  /** Whether somebody waits for the lock; for the thread that has it. */
  boolean isAwaited() {
    Thread other = owner;
    return waiting.get() > 0 || (other != null && other != Thread.currentThread());
  }

  /** Whether this thread has the bias. */
  boolean favours(Thread thread) {
    Bias bias = this.bias;
    return bias.thread == thread && !bias.ended;
  }

  private void own(Thread self) {
    if (isMine(self)) {
      throw new IllegalStateException("a message writer sends on its own channel");
    }
    if (!OWNER.compareAndSet(this, null, self)) {
      waiting.incrementAndGet();
      for (int tries = 0; !OWNER.compareAndSet(this, null, self); tries++) {
        rest(tries);
      }
      waiting.decrementAndGet();
    }
    takeBias();
    for (int tries = 0; bias.inside; tries++) {
      rest(tries);
    }
    if (last != self) {
      last = self;
      run = 0;
    }
    if (++run >= needed) {
      favouredSince = System.nanoTime();
      earned = true;
    }
  }

  private void rest(int tries) {
    if (tries < SPINS) {
      Thread.onSpinWait();
    } else if (tries < 2 * SPINS) {
      Spinning.yieldProcessor();
    } else {
      LockSupport.parkNanos(this, NAP_NANOS);
    }
  }

  private void takeBias() {
    Bias bias = this.bias;
    if (!bias.ended) {
      bias.ended = true; // SYNC bias
      last = null;
      boolean lasted = System.nanoTime() - favouredSince >= WORTH_NANOS;
      needed = lasted ? shortestRun : Math.min(2 * needed, LONGEST_RUN);
      Thread thread = bias.thread;
      if (thread != Thread.currentThread() && thread.isAlive()) {
        int unused = thread.getStackTrace().length;
      }
    }
  }
}
