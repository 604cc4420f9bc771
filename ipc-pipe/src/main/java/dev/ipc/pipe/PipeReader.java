// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Capability;
import dev.ipc.spi.Spinning;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads for one channel, on a thread of its own that blocks in the pipe. While traffic flows it
 * does not: a pushed channel's thread looks again and again for a while; that of a pulled one
 * leaves the pipe to the pulling thread, which looks while it spins, and comes back when that goes
 * to sleep, or stays away for a moment.
 *
 * <pre>
 *   traffic, pushed   spins, then blocks          pulled   parks, the receiver reads, then blocks
 *   no traffic        blocks                      no room  parks until there is
 * </pre>
 *
 * <p>Only a blocked read notices that the peer is gone. Who is to spin for good does not block: it
 * asks the peer every now and then, until the question cannot be written.
 */
final class PipeReader {
  private static final int SMALL_CHUNK = 8 * 1024;
  private static final int LARGE_CHUNK = 64 * 1024;

  /** How long the pipe is left to a receiver that is expected to come, in nanoseconds. */
  private static final long GIVE_WAY_NANOS = 1_000_000;

  /** How long a peer that can be asked may be gone before we notice, in nanoseconds. */
  private static final long ASK_NANOS = 100_000_000;

  /** The same for one that cannot, because we spin. */
  private static final long LONGEST_SPIN_NANOS = 5_000_000;

  private static final int LOOKS = 16;

  private final PipeChannel channel;
  private final ReadEnd end;
  private final Turn turn;
  private final long spinNanos;
  private final boolean spinsForGood;
  private ByteBuffer chunk = ByteBuffer.allocateDirect(SMALL_CHUNK);
  private ByteBuffer looked;
  private volatile Thread thread;

  // With the turn.
  private boolean wanted = true;
  private boolean ended;

  /** Whether the thread is in the pipe, so that nobody else may read; changes with the turn. */
  private volatile boolean away = true;

  /** Whether the pulling thread sleeps and relies on us. */
  private volatile boolean receiverSleeps;

  /** Whether a pulling thread was there since we have read, so that it may come again. */
  private volatile boolean receiverSeen;

  /** Whether the pipe is left to the pulling thread; the reading thread's own. */
  private boolean receiverExpected;

  /** Whether reads may become larger; the reading thread's own. */
  private boolean grows = true;

  /** When the peer was asked last; the reading thread's own. */
  private long lastQuestion = System.nanoTime();

  /** When bytes arrived last. */
  private volatile long lastTraffic = System.nanoTime() - GIVE_WAY_NANOS;

  PipeReader(PipeChannel channel, ReadEnd end, Turn turn) {
    this.channel = channel;
    this.end = end;
    this.turn = turn;
    long spin = channel.waitStrategy().spinNanos();
    boolean asks = channel.capabilities().contains(Capability.PEER_DEATH);
    this.spinsForGood = asks && spin == Long.MAX_VALUE;
    this.spinNanos = spinsForGood ? spin : Math.min(asks ? ASK_NANOS : LONGEST_SPIN_NANOS, spin);
  }

  // ---- the reading thread

  /** Reads until the channel is released. */
  void run() {
    thread = Thread.currentThread();
    turn.take();
    away = false;
    turn.giveBack();
    try {
      while (channel.isOpen()) {
        turn.runTasks();
        boolean unused = Thread.interrupted(); // left by a handler; it would close the pipe
        if (enter()) {
          read();
        }
      }
    } catch (Throwable e) {
      channel.broke(e);
    } finally {
      away = true;
      turn.runTasks();
    }
  }

  /** Whether to read now, having the pipe; else it has waited for something to change. */
  private boolean enter() {
    turn.take();
    boolean pause = !wanted || ended;
    turn.giveBack();
    if (pause) {
      LockSupport.park(this);
      return false;
    }
    if (givesWay() || naps()) {
      LockSupport.parkNanos(this, GIVE_WAY_NANOS);
      return false;
    }
    if (channel.pushes() && spin()) {
      return !turn.hasTasks();
    }
    turn.take();
    away = wanted;
    turn.giveBack();
    VarHandle.fullFence(); // SYNC reader-away: the absence before the look for tasks
    if (away && (turn.hasTasks() || !channel.isOpen())) {
      turn.take();
      away = false;
      turn.giveBack();
    }
    return away;
  }

  private boolean givesWay() {
    return receiverExpected
        && !receiverSleeps
        && spinNanos > 0
        && System.nanoTime() - lastTraffic < GIVE_WAY_NANOS;
  }

  /** For good, and pulled: the thread comes only for what no receiver takes. */
  private boolean naps() {
    if (!spinsForGood || channel.pushes() || receiverSleeps || channel.writesInVain()) {
      return false;
    }
    ask();
    boolean attended = receiverSeen;
    receiverSeen = false; // it is set again if somebody still looks
    return attended || isIdle();
  }

  /** A peer that is gone cannot be asked, which the writer finds out. */
  private void ask() {
    long now = System.nanoTime();
    if (now - Math.max(lastTraffic, lastQuestion) >= ASK_NANOS) {
      lastQuestion = now;
      channel.ping();
    }
  }

  /** Looks for a while after the last traffic; whether to go on without blocking. */
  private boolean spin() {
    if (!spinsNow() || !Spinning.enter()) {
      return false;
    }
    try {
      do {
        for (int i = 0; i < LOOKS; i++) {
          if (end.available() > 0 || turn.hasTasks()) {
            return true;
          }
          Spinning.yieldProcessor(); // the peer may wait for this very processor
        }
        if (spinsForGood) {
          ask();
        }
      } while (spinsNow());
    } catch (IOException e) {
      // the read will say it
    } finally {
      Spinning.leave();
    }
    return false;
  }

  private boolean spinsNow() {
    return System.nanoTime() - lastTraffic < spinNanos && !channel.writesInVain();
  }

  private void read() {
    int count;
    Optional<IOException> error = Optional.empty();
    try {
      count = end.read(chunk.clear());
    } catch (IOException e) {
      count = -1;
      error = Optional.of(e);
    }
    turn.take();
    try {
      away = false;
      if (count > 0) {
        lastTraffic = System.nanoTime();
        receiverExpected = receiverSeen;
        receiverSeen = false;
        channel.arrive(chunk.flip());
        grow(count);
      } else if (count < 0) {
        ended = true;
        channel.end(error);
      }
    } finally {
      turn.giveBack();
    }
  }

  /** A busy pipe deserves larger reads than an idle one memory, if there is some. */
  private void grow(int count) {
    if (grows && count == SMALL_CHUNK) {
      grows = false;
      try {
        chunk = ByteBuffer.allocateDirect(LARGE_CHUNK);
      } catch (OutOfMemoryError e) {
        // then reads stay small: the JVM looks for memory for half a second each time
      }
    }
  }

  // ---- with the turn

  void reading(boolean now) {
    wanted = now;
    wake();
  }

  /** Whether nothing waits to be read. */
  boolean isIdle() {
    try {
      return end.available() == 0;
    } catch (IOException e) {
      return true;
    }
  }

  // ---- the pulling thread

  /** Reads what is there; whether there was something. Neither blocks nor runs tasks. */
  boolean look() {
    seeReceiver();
    if (away || turn.isMine() || !turn.tryTake()) {
      return false;
    }
    try {
      if (!away && wanted && !ended && channel.isOpen() && readAvailable() > 0) {
        return true;
      }
    } finally {
      turn.giveBack();
    }
    Spinning.yieldProcessor(); // the peer may wait for this very processor
    return false;
  }

  private int readAvailable() {
    if (looked == null) {
      looked = ByteBuffer.allocate(LARGE_CHUNK);
    }
    try {
      int count = end.readAvailable(looked.array());
      if (count > 0) {
        lastTraffic = System.nanoTime();
        channel.arrive(looked.limit(count).position(0));
      }
      return count;
    } catch (IOException e) {
      return 0; // the reading thread will learn of it
    }
  }

  /** The receiver is there again. */
  void receiverWakes() {
    if (receiverSleeps) {
      receiverSleeps = false;
    }
    seeReceiver();
  }

  /** The receiver relies on the reading thread now. */
  void receiverSleeps() {
    if (!receiverSleeps) {
      receiverSleeps = true;
      seeReceiver();
      wake();
    }
  }

  private void seeReceiver() {
    if (!receiverSeen) {
      receiverSeen = true;
    }
  }

  // ---- any thread

  /** Whether the thread will not look after tasks soon. */
  boolean isAway() {
    VarHandle.fullFence(); // SYNC reader-away: the task before the look at the absence
    return away;
  }

  /** Lets the thread look around, if it is not in the pipe. */
  void wake() {
    LockSupport.unpark(thread);
  }
}
