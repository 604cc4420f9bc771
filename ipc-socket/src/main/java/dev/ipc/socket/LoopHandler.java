// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.Spinning;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Gives an event loop the adaptive wait: for a while after traffic it looks for more without
 * blocking, reading the busiest socket directly, then it sleeps in the kernel. While it is awake
 * nobody pays for waking it.
 */
final class LoopHandler implements IoHandler {
  /** How many looks one turn of the event loop takes while nothing happens. */
  private static final int LOOKS = 32;

  /** After how many looks at the busiest socket all the others are asked. */
  private static final int SELECT_EVERY = 8;

  /** For so many looks counts one that brought something, since it takes its time. */
  private static final int READ_COUNTS = 3;

  /** How many connections one turn flushes, so that busy senders do not keep us from reading. */
  private static final int FLUSHES = 64;

  /**
   * After so much traffic of others, and none of its own, a connection is not the busiest any more.
   */
  private static final int OTHERS = 8;

  /** After so much traffic the busiest connection is read without asking the selector. */
  private static final int ALONE = 64;

  private final IoHandler io;
  private final DirtyList dirty = new DirtyList();
  private final Queue<Connection> unfinished = new ArrayDeque<>();
  private volatile boolean blocking;
  private final SpinTime spinTime = new SpinTime();
  private boolean permitted;
  private Connection busiest;

  /** How often the busiest one had traffic, and nobody took its place. */
  private int inARow;

  /** How often it was looked at since all were. */
  private int lookedAtOne;

  /** How often others had traffic since the busiest one had. */
  private int others;

  private final Set<Connection> tireless = new HashSet<>();
  private Wish awake;
  private Wish asleep;

  LoopHandler(IoHandler io) {
    this.io = io;
  }

  /** Sees to it that the connection is flushed soon. Any thread. */
  void flushSoon(Connection connection) {
    dirty.add(connection);
    wakeup();
  }

  /** Flushes the connection once more in the next turn. On the event loop. */
  void flushNextTurn(Connection connection) {
    unfinished.add(connection);
  }

  /** There was traffic: more is looked for without blocking, for this long. */
  void traffic(Connection connection, long spinNanos) {
    if (spinNanos == 0) {
      return;
    }
    if (busiest == connection) {
      others = 0;
      if (permitted && inARow < ALONE && ++inARow == ALONE) {
        connection.lookedAfter(true);
      }
    } else if (busiest == null || ++others == OTHERS) {
      ignore(busiest);
      busiest = connection;
      others = 0;
    }
    if (spinNanos == Long.MAX_VALUE) {
      tireless.add(connection);
    } else {
      spinTime.traffic(spinNanos);
    }
  }

  /**
   * Whether the event loop looks for output of the connection in every turn, so that senders need
   * not tell of it. When that ends, the connection is flushed once more. On the event loop.
   */
  boolean watches(Connection connection) {
    return permitted && busiest == connection;
  }

  private void ignore(Connection connection) {
    if (permitted && connection != null) {
      dirty.add(connection);
      inARow = 0;
      connection.lookedAfter(false);
    }
  }

  /** The connection is gone, and with it the reason to look for its traffic. */
  void forget(Connection connection) {
    tireless.remove(connection);
    if (busiest == connection) {
      busiest = null;
      inARow = 0;
      spinTime.end();
    }
  }

  @Override
  public int run(IoHandlerContext context) {
    if (awake == null) {
      awake = new Wish(context, () -> false);
      asleep = new Wish(context, () -> dirty.isEmpty() && unfinished.isEmpty());
    }
    int handled = flush();
    if (handled == 0 && maySpin()) {
      return spin(context);
    }
    if (handled > 0 || !context.canBlock()) {
      return handled + select();
    }
    blocking = true;
    VarHandle.fullFence(); // SYNC loop-asleep: the announcement before the last look
    try {
      return io.run(asleep);
    } finally {
      blocking = false;
    }
  }

  @Override
  public void wakeup() {
    VarHandle.fullFence(); // SYNC loop-asleep: the work before the look at the announcement
    if (blocking) {
      io.wakeup();
    }
  }

  private int spin(IoHandlerContext context) {
    int handled = 0;
    if (inARow < ALONE) {
      lookedAtOne = SELECT_EVERY; // the others first
    }
    for (int looks = 0; looks < LOOKS && handled == 0 && context.canBlock(); looks++) {
      handled += look();
      handled += flush();
      if (handled == 0) {
        Spinning.relax();
      }
    }
    return handled;
  }

  /** Looks at the busiest socket, or at all of them if that is due. */
  private int look() {
    if (busiest == null || lookedAtOne >= SELECT_EVERY) {
      return select();
    }
    int reads = busiest.look();
    lookedAtOne += reads == 0 ? 1 : READ_COUNTS;
    return reads;
  }

  /** Looks at all sockets, also at the one that the selector does not tell of. */
  private int select() {
    lookedAtOne = 0;
    int handled = io.run(awake);
    return inARow == ALONE ? handled + busiest.look() : handled;
  }

  private int flush() {
    int flushed = 0;
    Connection next;
    while (flushed < FLUSHES && (next = dirty.poll()) != null) {
      next.flush();
      flushed++;
    }
    if (permitted && busiest != null && busiest.hasOutput()) {
      busiest.flush(); // not counted, since it may have been in vain, and the loop should rest then
    }
    for (int again = unfinished.size(); again > 0; again--) {
      unfinished.remove().flush();
      flushed++;
    }
    return flushed;
  }

  private boolean maySpin() {
    boolean wanted =
        !tireless.isEmpty() || (!spinTime.isOver() && spinTime.lasts(System.nanoTime()));
    if (wanted != permitted) {
      if (wanted) {
        permitted = Spinning.enter();
      } else {
        ignore(busiest);
        permitted = false;
        Spinning.leave();
      }
    }
    return permitted;
  }

  @Override
  public void initialize() {
    io.initialize();
  }

  @Override
  public void prepareToDestroy() {
    io.prepareToDestroy();
  }

  @Override
  public void destroy() {
    if (permitted) {
      permitted = false;
      Spinning.leave();
    }
    io.prepareToDestroy(); // closes what the last tasks have registered
    io.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return io.register(handle);
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return io.isCompatible(handleType);
  }

  /**
   * The event loop's context with a say of ours in whether to block. The selector asks it after it
   * has forgotten earlier wake-ups: only then is a wake-up that follows certain to be heard.
   */
  private record Wish(IoHandlerContext context, BooleanSupplier mayBlock)
      implements IoHandlerContext {
    @Override
    public boolean canBlock() {
      return mayBlock.getAsBoolean() && context.canBlock();
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return context.delayNanos(currentTimeNanos);
    }

    @Override
    public long deadlineNanos() {
      return context.deadlineNanos();
    }
  }
}
