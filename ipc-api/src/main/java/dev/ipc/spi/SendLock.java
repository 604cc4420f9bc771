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
 * <p>SYNC bias: the favoured thread writes that it is inside, then looks whether it is still
 * favoured; there is no fence between the two. The other one takes the favour away, then stops that
 * thread to have its stack walked, and only then looks whether it is inside. The stop is the fence:
 * a store made before it is seen after it, and a look made after it sees that the favour is gone.
 */
final class SendLock {
  private static final VarHandle OWNER = field("owner");
  private static final VarHandle FAVOURED = field("favoured");
  private static final VarHandle INSIDE = field("inside");
  private static final int SPINS = 64;
  private static final long NAP_NANOS = 20_000;

  /** That many atomic instructions cost about as much as to take a bias away. */
  private static final int RUN = 4096;

  private static final int LONGEST_RUN = 1 << 24;

  /** How long a bias lasts that was worth its end, in nanoseconds. */
  static final long WORTH_NANOS = 10_000_000;

  private volatile Thread owner;

  /** Who need not become the owner; changed by owners. */
  private volatile Thread favoured;

  /** The favoured thread, while it has the lock; written by it. */
  private volatile Thread inside;

  private final AtomicInteger waiting = new AtomicInteger();

  // The owner's.
  private Thread last;
  private final int shortestRun;
  private int run;
  private int needed;
  private long favouredSince;

  SendLock() {
    this(RUN);
  }

  /** With another number of times in a row that make a thread the favoured one. */
  SendLock(int run) {
    shortestRun = run;
    needed = run;
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(SendLock.class, name, Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  void lock() {
    Thread self = Thread.currentThread();
    if (favoured == self && inside == null) {
      INSIDE.setOpaque(this, self); // SYNC bias
      VarHandle.acquireFence(); // for the compiler: the store before the look
      if ((Thread) FAVOURED.getAcquire(this) == self) {
        return;
      }
      INSIDE.setRelease(this, null);
    }
    own(self);
  }

  boolean tryLock() {
    if (!OWNER.compareAndSet(this, null, Thread.currentThread())) {
      return false;
    }
    takeBias();
    if (inside != null) {
      OWNER.setRelease(this, null);
      return false;
    }
    return true;
  }

  void unlock() {
    if ((Thread) INSIDE.get(this) == Thread.currentThread()) {
      INSIDE.setRelease(this, null);
    } else {
      OWNER.setRelease(this, null);
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
    Thread self = Thread.currentThread();
    return owner == self || inside == self;
  }

  /** Whether somebody waits for the lock; for the thread that has it. */
  boolean isAwaited() {
    return waiting.get() > 0 || (inside == Thread.currentThread() && owner != null);
  }

  /** Whether this thread has the bias. */
  boolean favours(Thread thread) {
    return favoured == thread;
  }

  private void own(Thread self) {
    if (owner == self || inside == self) {
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
    for (int tries = 0; inside != null; tries++) {
      rest(tries);
    }
    if (last != self) {
      last = self;
      run = 0;
    }
    if (++run >= needed) {
      favouredSince = System.nanoTime();
      favoured = self;
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
    Thread thread = favoured;
    if (thread != null) {
      favoured = null; // SYNC bias
      last = null;
      boolean lasted = System.nanoTime() - favouredSince >= WORTH_NANOS;
      needed = lasted ? shortestRun : Math.min(2 * needed, LONGEST_RUN);
      if (thread != Thread.currentThread() && thread.isAlive()) {
        int unused = thread.getStackTrace().length;
      }
    }
  }
}
