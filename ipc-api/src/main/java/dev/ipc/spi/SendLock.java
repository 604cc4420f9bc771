// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets one sender at a time copy its message; held for nanoseconds, so it spins before it sleeps.
 */
final class SendLock {
  private static final VarHandle OWNER;
  private static final int SPINS = 64;
  private static final long NAP_NANOS = 20_000;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(SendLock.class, "owner", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile Thread owner;

  void lock() {
    Thread self = Thread.currentThread();
    if (!OWNER.compareAndSet(this, null, self)) {
      if (owner == self) {
        throw new IllegalStateException("a message writer sends on its own channel");
      }
      contend(self);
    }
  }

  boolean tryLock() {
    return OWNER.compareAndSet(this, null, Thread.currentThread());
  }

  void unlock() {
    OWNER.setRelease(this, null);
  }

  boolean isFree() {
    return owner == null;
  }

  boolean isMine() {
    return owner == Thread.currentThread();
  }

  private void contend(Thread self) {
    for (int tries = 0; owner != null || !OWNER.compareAndSet(this, null, self); tries++) {
      if (tries < SPINS) {
        Thread.onSpinWait();
      } else if (tries < 2 * SPINS) {
        Spinning.yieldProcessor();
      } else {
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
  }
}
