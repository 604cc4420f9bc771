// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A named daemon thread of the library, on which pushed handlers run. Operations that wait for the
 * peer would wait for themselves here and are refused.
 */
public final class TransportThread extends Thread {
  private TransportThread(Runnable work, String name) {
    super(null, work, name, 0, false);
    setDaemon(true);
  }

  /**
   * Makes threads named {@code prefix-1}, {@code prefix-2} and so on.
   *
   * @param prefix starts with {@code ipc-}
   * @return the factory
   */
  public static ThreadFactory factory(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return work -> new TransportThread(work, prefix + "-" + count.incrementAndGet());
  }

  /**
   * Whether the caller runs on a thread of the library.
   *
   * @return whether it does
   */
  public static boolean isCurrent() {
    return Thread.currentThread() instanceof TransportThread;
  }

  /**
   * Refuses an operation here.
   *
   * @param operation what the caller wants to do
   * @throws IllegalStateException if the caller runs on a thread of the library
   */
  public static void refuse(String operation) {
    if (isCurrent()) {
      throw new IllegalStateException(
          operation
              + " waits for the peer and cannot run on a transport thread, thread="
              + Thread.currentThread().getName()
              + "; hand it to a thread of your own");
    }
  }
}
