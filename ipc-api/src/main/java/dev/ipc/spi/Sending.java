// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ClosedException;
import dev.ipc.DrainReport;
import dev.ipc.IpcTimeoutException;
import dev.ipc.MessageWriter;
import dev.ipc.SendResult;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The sending half of the contract: one sender at a time, waiting for room, confirmation. */
final class Sending {
  static final long FOREVER = Long.MIN_VALUE;

  private static final int NOBODY = Integer.MAX_VALUE;
  private static final long DRIVE_NAP_NANOS = 20_000;

  private static final VarHandle SENT =
      Fields.handle(MethodHandles.lookup(), Sending.class, "sent", long.class);
  private static final VarHandle WRITING =
      Fields.handle(MethodHandles.lookup(), Sending.class, "writing", boolean.class);
  private static final VarHandle WANTED =
      Fields.handle(MethodHandles.lookup(), Sending.class, "wanted", int.class);

  private final AbstractChannel channel;
  private final SendLock lock = new SendLock();
  private final WaitList room = new WaitList();
  private final WaitList confirmations = new WaitList();

  /** None before the first callback: most channels never have one. */
  private volatile Queue<Runnable> roomCallbacks;

  /** The shortest message that was refused and is waited for. */
  private volatile int wanted = NOBODY;

  /** What waits until a slow writer is done. */
  private final Queue<Runnable> afterWriter = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean endSaid = new AtomicBoolean();

  /** Acknowledgements may be reported by several threads, and out of order. */
  private final AtomicLong acknowledged = new AtomicLong();

  /** Whether the lock is held by a user's writer, which may take long. */
  private volatile boolean writing;

  private final LongSupplier announcement;

  /** Of any sender. */
  private RoomLook lastLook = new RoomLook(0);

  /** Written with the lock held. */
  private long sent;

  /** Whether the sender that has the lock may wait for a moment. */
  private boolean patient;

  Sending(AbstractChannel channel) {
    this.channel = channel;
    this.announcement = channel::senderSleeps;
  }

  SendResult trySend(ByteBuffer message) {
    SendResult result = attempt(message, false);
    if (result == SendResult.BACK_PRESSURED) {
      want(message.remaining());
      return attempt(message, false);
    }
    return result;
  }

  private SendResult attempt(ByteBuffer message, boolean patient) {
    boolean wake;
    lock.lock();
    try {
      this.patient = patient;
      if (channel.ending.outputEnded()) {
        return SendResult.CLOSED;
      }
      if (!channel.offer(message)) {
        return SendResult.BACK_PRESSURED;
      }
      SENT.setRelease(this, sent + 1);
      wake = channel.outputSleeps();
    } finally {
      lock.unlock();
    }
    if (wake) {
      channel.wakeOutput();
    }
    return SendResult.SENT;
  }

  SendResult trySend(int maximum, MessageWriter writer) {
    boolean wake;
    lock.lock();
    try {
      if (channel.ending.outputEnded()) {
        return SendResult.CLOSED;
      }
      WRITING.setRelease(this, true); // no fence: who asks too early asks again
      if (!channel.offer(maximum, writer)) {
        want(maximum);
        if (!channel.hasRoom(maximum) || !channel.offer(maximum, writer)) {
          return SendResult.BACK_PRESSURED;
        }
      }
      SENT.setRelease(this, sent + 1);
      wake = channel.outputSleeps();
    } finally {
      WRITING.setRelease(this, false);
      lock.unlock();
      VarHandle.fullFence(); // SYNC after-writer: the end of the writing before the look
      runAfterWriter();
    }
    if (wake) {
      channel.wakeOutput();
    }
    return SendResult.SENT;
  }

  boolean send(ByteBuffer message, long deadline) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    int length = message.remaining();
    while (true) {
      SendResult result = attempt(message, deadline == FOREVER || Deadline.left(deadline) > 0);
      if (result == SendResult.SENT) {
        return true;
      }
      if (result == SendResult.CLOSED) {
        throw new ClosedException(
            "the channel is closed for sending, endpoint=" + channel.traits.endpoint(),
            channel.ending.report());
      }
      if (!spinForRoom(length) && !awaitRoom(length, deadline)) {
        return false;
      }
    }
  }

  /** Looks for room by itself for a while, before somebody is asked to tell of it. */
  private boolean spinForRoom(int length) {
    int worth = channel.roomToSpinFor(length);
    if (worth == 0 || TransportThread.isCurrent()) {
      return false;
    }
    RoomLook look = lastLook;
    if (look.worth != worth) {
      look = new RoomLook(worth);
      lastLook = look;
    }
    return Spinning.awaitBriefly(
        look, channel.traits.config().waitStrategy(), channel.looksPerYield());
  }

  /** A look for so much room; kept, since small messages all look for the same. */
  private final class RoomLook implements BooleanSupplier {
    private final int worth;

    RoomLook(int worth) {
      this.worth = worth;
    }

    @Override
    public boolean getAsBoolean() {
      return channel.ending.outputEnded() || channel.hasRoom(worth);
    }
  }

  void onRoom(Runnable callback) {
    callbacks().add(callback);
    channel.callbackWaits();
    roomFreed();
  }

  private synchronized Queue<Runnable> callbacks() {
    if (roomCallbacks == null) {
      roomCallbacks = new ConcurrentLinkedQueue<>();
    }
    return roomCallbacks;
  }

  private boolean callbackWaits() {
    Queue<Runnable> callbacks = roomCallbacks;
    return callbacks != null && !callbacks.isEmpty();
  }

  /** Whether a sender or a callback waits for room. */
  boolean roomIsAwaited() {
    return wanted != NOBODY || callbackWaits();
  }

  void roomFreed() {
    VarHandle.fullFence(); // SYNC room-wanted
    int length = wanted;
    if (length == NOBODY && !callbackWaits()) {
      return;
    }
    if (channel.ending.outputEnded() || channel.hasRoom(length == NOBODY ? 0 : length)) {
      WANTED.compareAndSet(this, length, NOBODY);
      room.wake();
      runRoomCallbacks();
    }
  }

  void endOutput() {
    if (channel.ending.outputEnded() || !endSaid.compareAndSet(false, true)) {
      return;
    }
    refuse(() -> channel.sendEndOutput(sent));
  }

  /**
   * Refuses sends from now on, and runs the task once every send that succeeds is complete. Does
   * not wait for a user's writer: the thread that runs it then also runs the task.
   */
  void refuse(Runnable task) {
    channel.ending.refuseOutput();
    afterWriter.add(task);
    VarHandle.fullFence(); // SYNC after-writer: the task before the look whether one is writing
    while (!lock.tryLock()) {
      if (writing) {
        return;
      }
      Spinning.yieldProcessor();
    }
    lock.unlock();
    runAfterWriter();
  }

  /** Whether the caller is inside its own writer, and so must not wait for the channel's end. */
  boolean isWriting() {
    return lock.isMine();
  }

  private void runAfterWriter() {
    Runnable task;
    while ((task = afterWriter.poll()) != null) {
      task.run();
    }
  }

  DrainReport drain(long deadline) throws InterruptedException {
    long target = askToConfirm();
    confirmations.await(() -> confirmed(target) || channel.ending.isEnded(), deadline);
    long missing = Math.max(0, target - acknowledged.get());
    return new DrainReport(missing == 0, missing);
  }

  /** Under the lock, so that a barrier never replaces one for more messages. */
  private long askToConfirm() {
    lock.lock();
    try {
      if (!confirmed(sent) && !channel.ending.isEnded()) {
        channel.sendBarrier(sent);
      }
      return sent;
    } finally {
      lock.unlock();
    }
  }

  private boolean confirmed(long target) {
    return acknowledged.get() >= target;
  }

  void acknowledged(long handled) {
    acknowledged.accumulateAndGet(handled, Math::max);
    confirmations.wake();
  }

  /** Lets everybody who waits look at the end. */
  void wakeAll() {
    room.wake();
    confirmations.wake();
    runRoomCallbacks();
  }

  /** Whether no send is under way. */
  boolean isIdle() {
    return lock.isFree();
  }

  /** Whether the sender that has the lock may wait: it says so, and nobody waits for it. */
  boolean mayWait() {
    return patient && !TransportThread.isCurrent() && !lock.isAwaited();
  }

  boolean tryHold() {
    return lock.tryLock();
  }

  void release() {
    lock.unlock();
  }

  /**
   * Runs a task when a user's writer is done; if none is at work, returns false and does nothing.
   */
  boolean whenWritten(Runnable task) {
    if (!writing) {
      return false;
    }
    afterWriter.add(task);
    VarHandle.fullFence(); // SYNC after-writer: the task before the look whether one is writing
    if (!writing) {
      runAfterWriter();
    }
    return true;
  }

  /** How many messages were sent, not waiting for those that are being sent. */
  long count() {
    return (long) SENT.getAcquire(this);
  }

  /**
   * SYNC room-wanted: the wish before the second look for room; freed room before the look here.
   */
  private void want(int length) {
    int shortest = wanted;
    while (length < shortest && !WANTED.compareAndSet(this, shortest, length)) {
      shortest = wanted;
    }
  }

  private boolean roomFor(int length) {
    if (channel.ending.outputEnded() || channel.hasRoom(length)) {
      return true;
    }
    want(length);
    return channel.ending.outputEnded() || channel.hasRoom(length);
  }

  private boolean awaitRoom(int length, long deadline) throws InterruptedException {
    if (TransportThread.isCurrent()) {
      return driveUntilRoom(length, deadline);
    }
    channel.helpOutput();
    if (channel.hasRoom(length)) {
      return true;
    }
    long until = deadline == FOREVER ? System.nanoTime() + Long.MAX_VALUE / 2 : deadline;
    return room.await(() -> roomFor(length), until, announcement);
  }

  private boolean driveUntilRoom(int length, long deadline) throws InterruptedException {
    long limit = Deadline.after(channel.traits.config().sendTimeout());
    while (!roomFor(length)) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (deadline != FOREVER && Deadline.left(deadline) <= 0) {
        return false;
      }
      if (Deadline.left(limit) <= 0) {
        throw new IpcTimeoutException(
            "no room to send on a transport thread, length="
                + length
                + ", sendTimeout="
                + channel.traits.config().sendTimeout()
                + ", endpoint="
                + channel.traits.endpoint()
                + "; use trySend and onRoom there, or a thread of your own");
      }
      if (!channel.driveOutput()) {
        LockSupport.parkNanos(this, DRIVE_NAP_NANOS);
      }
    }
    return true;
  }

  private void runRoomCallbacks() {
    if (callbackWaits()) {
      channel.execute(
          () -> {
            Runnable callback;
            while ((callback = roomCallbacks.poll()) != null) {
              try {
                callback.run();
              } catch (Throwable e) {
                channel.errors.accept(e);
              }
            }
          });
    }
  }
}
