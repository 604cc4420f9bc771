// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.TransportFailedException;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Spinning;
import dev.ipc.spi.TransportThread;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a context that reads the control sockets of all its channels, accepts, shakes
 * hands, looks at the rings of pushed channels and runs their handlers. Nothing on it may wait but
 * the selector. It spins as long as {@link SpinSet} has reason to.
 */
final class Poller {
  /** How long sockets may go unseen while the thread spins, in nanoseconds. */
  private static final long SELECT_NANOS = 100_000;

  /**
   * How often the rings are looked at between two looks at the clock; on a single processor other
   * threads may run after that, not in between: what is waited for comes from another process.
   */
  static final int LOOKS = 32;

  /** How many tasks one turn runs, so that those who add more do not keep us from reading. */
  private static final int TASKS = 256;

  /** How long the end waits for threads that are inside a channel, in nanoseconds. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private static final int CHUNK = 16 * 1024;
  private static final ThreadFactory THREADS = TransportThread.factory("ipc-shm");

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Consumer<SelectionKey> dispatch = this::dispatch;
  private volatile boolean asleep;
  private volatile boolean closing;
  private volatile boolean ended;

  // The thread's own.
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
  private final Timers timers = new Timers();
  private final SpinSet spinSet = new SpinSet();
  private final Pace pace = new Pace();
  private long selected;
  private final Set<ShmChannel> tenants = new HashSet<>();
  private int expected;
  private long patience;

  /** What is registered with the selector; its methods run on the poller. */
  interface Target {
    /** Something can be done with the socket. */
    void ready();

    /** The context was closed: ends at once. */
    void pollerClosing();
  }

  private Poller(Selector selector) {
    this.selector = selector;
    this.thread = THREADS.newThread(this::run);
  }

  static Poller start() {
    try {
      Poller poller = new Poller(Selector.open());
      poller.thread.start();
      return poller;
    } catch (IOException e) {
      throw new TransportFailedException("a selector cannot be opened, cause=" + e, e);
    }
  }

  // ---- any thread

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs a task soon.
   *
   * @throws RejectedExecutionException if the thread has ended
   */
  void execute(Runnable task) {
    tasks.add(task);
    VarHandle.fullFence(); // SYNC poller-asleep: the task before the look whether it sleeps
    if (ended && tasks.remove(task)) {
      throw new RejectedExecutionException("the context is closed");
    }
    if (asleep && !isCurrent()) {
      selector.wakeup();
    }
  }

  /** Runs a task soon, or not at all if the thread has ended; whether it will. */
  boolean executeIfOpen(Runnable task) {
    try {
      execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Ends everything that is registered, and the thread. */
  void close() {
    closing = true;
    selector.wakeup();
  }

  /** Waits until the thread has ended, in nanoseconds at most. */
  void awaitEnd(long nanos) throws InterruptedException {
    if (!isCurrent()) {
      thread.join(Math.max(1, nanos / 1_000_000));
    }
  }

  // ---- its own thread

  SpinSet spinSet() {
    return spinSet;
  }

  /** What the channels tell of what they took. */
  Pace pace() {
    return pace;
  }

  /** The buffer that sockets are read into, empty; for one read and its decoding. */
  ByteBuffer chunk() {
    return chunk.clear();
  }

  /** Runs a task in so many nanoseconds. */
  Timers.Timer later(Runnable task, long nanos) {
    return timers.add(task, nanos);
  }

  /** Lets a thread run that was just woken, unless the poller has been awake for other channels. */
  void giveWay() {
    if (asleep) {
      Spinning.yieldProcessor();
    }
  }

  /** Registers a socket, which must not block. */
  SelectionKey register(SelectableChannel socket, int ops, Target target)
      throws ClosedChannelException {
    if (closing) {
      throw new RejectedExecutionException("the context is closed");
    }
    return socket.register(selector, ops, target);
  }

  /** The socket of this key was closed: gives its descriptor back soon. */
  void deregister(SelectionKey key) {
    key.cancel();
    boolean unused = executeIfOpen(this::selectNow);
  }

  /** A channel has memory that it gives back before the thread ends. */
  void moveIn(ShmChannel channel) {
    tenants.add(channel);
  }

  void moveOut(ShmChannel channel) {
    tenants.remove(channel);
  }

  /** Work on files has begun, whose result the thread waits for. */
  void expect() {
    expected++;
  }

  /** The result is there. */
  void received() {
    expected--;
  }

  private void run() {
    while (!isOver()) {
      try {
        turn();
      } catch (InternalError e) {
        guarded(this::probeAll);
      } catch (Throwable e) {
        complain(e);
      }
    }
    spinSet.leave();
    ended = true;
    VarHandle.fullFence(); // SYNC poller-ended: the word before the last look at the tasks
    while (runTasks()) {}
    try {
      selector.close();
    } catch (IOException e) {
      complain(e);
    }
  }

  /** Who is inside a channel when the context is closed has a while to leave. */
  private boolean isOver() {
    if (!closing) {
      return false;
    }
    if (patience == 0) {
      patience = System.nanoTime() + PATIENCE_NANOS;
      for (SelectionKey key : List.copyOf(selector.keys())) {
        guarded(((Target) key.attachment())::pollerClosing);
      }
      List.copyOf(tenants).forEach(ShmChannel::abort);
    }
    boolean deserted = tenants.isEmpty() && expected == 0 && tasks.isEmpty();
    return deserted || Deadline.left(patience) <= 0;
  }

  private void turn() throws IOException {
    boolean busy = runTasks();
    busy |= look();
    long now = System.nanoTime();
    busy |= runTimers(now);
    spinSet.lookAgain(now);
    if (spinSet.maySpin(now) || busy) {
      if (now - selected >= SELECT_NANOS) {
        selected = now;
        deliverFaults();
        selector.selectNow(dispatch);
      }
    } else if (spinSet.rest(now)) {
      sleep(now);
    }
  }

  /** Looks at the rings, again and again if that is allowed; whether there was something. */
  private boolean look() {
    boolean found = false;
    int looks = 0;
    do {
      if (!spinSet.look()) {
        Thread.onSpinWait();
        continue;
      }
      found = true;
      pace.rest();
      if (System.nanoTime() - selected >= SELECT_NANOS) {
        return true;
      }
    } while (++looks < LOOKS && spinSet.isPermitted() && tasks.isEmpty());
    if (!found && Spinning.ALONE) {
      Spinning.yieldProcessor();
    }
    return found;
  }

  private void sleep(long now) throws IOException {
    deliverFaults();
    boolean unused = Thread.interrupted(); // left by a handler; no selection would wait
    long nanos = Math.min(timers.left(now), closing ? 0 : spinSet.longestSleep());
    asleep = true;
    VarHandle.fullFence(); // SYNC poller-asleep: the word before the last look at the tasks
    try {
      if (!tasks.isEmpty()) {
        selector.selectNow(dispatch);
      } else if (nanos == Long.MAX_VALUE) {
        selector.select(dispatch);
      } else {
        selector.select(dispatch, nanos / 1_000_000 + 1);
      }
    } finally {
      asleep = false;
      selected = System.nanoTime();
    }
  }

  private void selectNow() {
    try {
      selector.selectNow(dispatch);
    } catch (IOException e) {
      complain(e);
    }
  }

  private boolean runTasks() {
    Runnable task;
    int count = 0;
    while (count < TASKS && (task = tasks.poll()) != null) {
      guarded(task);
      count++;
    }
    return count > 0;
  }

  private boolean runTimers(long now) {
    boolean any = false;
    Runnable task;
    while ((task = timers.next(now)) != null) {
      guarded(task);
      any = true;
    }
    return any;
  }

  /** Comes after a look for faults, so that the way to the first message is short. */
  private void dispatch(SelectionKey key) {
    try {
      if (key.isValid()) {
        ((Target) key.attachment()).ready();
      }
    } catch (Throwable e) {
      failed(e);
    }
    deliverFaults();
  }

  private void guarded(Runnable task) {
    deliverFaults();
    try {
      task.run();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void failed(Throwable e) {
    if (e instanceof InternalError) {
      probeAll();
    } else {
      complain(e);
    }
  }

  /** A fault in the memory of one channel must not come out in the middle of another one. */
  private void deliverFaults() {
    try {
      Segment.deliverFault();
    } catch (InternalError e) {
      probeAll();
    }
  }

  private void probeAll() {
    List.copyOf(tenants).forEach(ShmChannel::probe);
  }

  private static void complain(Throwable e) {
    LoggerFactory.getLogger("dev.ipc").error("the poller of shm: goes on after an error", e);
  }
}
