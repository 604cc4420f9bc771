// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The clients of a listener that are in their handshake. Those that say nothing must not keep the
 * others out: when there are too many, the first one goes if it is slow. Used by one thread at a
 * time.
 *
 * @param <C> a client
 */
public final class Newcomers<C extends Newcomers.Newcomer> {
  /** A client that has had this long may have to go, in nanoseconds. */
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Map<C, Long> begun = new LinkedHashMap<>();
  private boolean looking;

  /** Nobody has come. */
  public Newcomers() {}

  /** A client in its handshake. */
  public interface Newcomer {
    /** Ends the handshake: others wait. May be told more than once before it is over. */
    void giveUp();
  }

  /** Runs a task later, on the thread that uses the newcomers. */
  public interface Timer {
    /**
     * Runs the task once.
     *
     * @param task what to run
     * @param nanos how long to wait, in nanoseconds
     */
    void later(Runnable task, long nanos);
  }

  /**
   * A handshake begins.
   *
   * @param client is not among the newcomers
   */
  public void add(C client) {
    begun.put(client, System.nanoTime());
  }

  /**
   * A handshake is over.
   *
   * @param client may have gone already
   */
  public void remove(C client) {
    begun.remove(client);
  }

  /**
   * How many handshakes go on.
   *
   * @return their number
   */
  public int count() {
    return begun.size();
  }

  /**
   * Has the first client go if it is slow.
   *
   * @return whether one was told to go
   */
  public boolean hurry() {
    C first = begun.isEmpty() ? null : begun.keySet().iterator().next();
    if (first == null || System.nanoTime() - begun.get(first) <= SLOW_NANOS) {
      return false;
    }
    first.giveUp();
    return true;
  }

  /**
   * Has the first client go, now or as soon as it is slow, as long as a place is needed.
   *
   * @param needed whether there are too many; asked again each time
   * @param timer for the next look; there is one at most on its way
   */
  public void hurryWhile(BooleanSupplier needed, Timer timer) {
    if (needed.getAsBoolean() && !hurry() && !looking) {
      looking = true;
      timer.later(
          () -> {
            looking = false;
            hurryWhile(needed, timer);
          },
          SLOW_NANOS);
    }
  }
}
