// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.ChannelConfig;
import dev.ipc.CloseReport;
import dev.ipc.MessageHandler;
import dev.ipc.MessageWriter;
import dev.ipc.spi.AbstractChannel;
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;

/**
 * A channel through two rings in shared memory. Senders write into the {@link Outflow}, the
 * receiver takes from the {@link Inflow}, each on its own thread; bells, control frames and the end
 * come over the {@link ControlSocket}, and {@link Closing} knows how it ends.
 */
final class ShmChannel extends AbstractChannel implements SpinSet.Source {
  /** How soon to look again whether everybody has left, in nanoseconds. */
  private static final long LEAVE_NANOS = 1_000_000;

  private static final long LONGEST_LEAVE_NANOS = 50_000_000;

  private final Poller poller;
  private final Segment segment;
  private final ControlSocket control;
  private final Lease lease = new Lease();
  private final Outflow outflow;
  private final Inflow inflow;
  private final Closing closing;
  private final Faults faults;
  private final ControlInput input;
  private final SpinSet.Member member;
  private final RoomWatch room;

  ShmChannel(ChannelTraits traits, Poller poller, Segment segment, ControlSocket control) {
    super(traits);
    this.poller = poller;
    this.segment = segment;
    this.control = control;
    this.outflow =
        new Outflow(segment.writer(), lease, traits.config().waitStrategy(), control::ring);
    this.inflow =
        new Inflow(segment.reader(), lease, traits.maxMessageLength(), outflow::answerNext);
    this.closing = new Closing(this, control, poller);
    this.faults = new Faults(inflow, closing, poller);
    this.input = new ControlInput(this, closing, poller);
    this.member = new SpinSet.Member(this);
    this.room = new RoomWatch(this, outflow, poller);
  }

  /** Takes the connection over. On the poller. */
  void open() {
    poller.moveIn(this);
    control.become(input);
  }

  /** What came behind the handshake. On the poller. */
  void bytes(ByteBuffer rest) {
    if (rest.hasRemaining()) {
      input.bytes(rest);
    }
  }

  // ---- hooks of the contract: senders

  @Override
  protected boolean offer(ByteBuffer message) {
    try {
      return outflow.offer(message);
    } catch (ProtocolViolation e) {
      return faults.violated(e);
    } catch (InternalError e) {
      return faults.broken(e);
    }
  }

  @Override
  protected boolean offer(int maximum, MessageWriter writer) {
    try {
      return outflow.offer(maximum, writer);
    } catch (ProtocolViolation e) {
      return faults.violated(e);
    } catch (InternalError e) {
      return faults.broken(e);
    }
  }

  @Override
  protected boolean hasRoom(int length) {
    try {
      return outflow.hasRoom(length);
    } catch (InternalError e) {
      return faults.broken(e);
    }
  }

  @Override
  protected void wakeOutput() {
    if (outflow.takeBell()) {
      control.ring();
    }
    if (outflow.isStaged()) {
      poller.executeIfOpen(room::feed);
    }
  }

  @Override
  protected boolean driveOutput() {
    return poller.isCurrent() && feedOnce();
  }

  @Override
  protected int looksPerYield() {
    return Poller.LOOKS;
  }

  @Override
  protected int roomToSpinFor(int length) {
    return outflow.batch(length);
  }

  @Override
  protected long senderSleeps() {
    try {
      return outflow.announceWaiting();
    } catch (InternalError e) {
      faults.broken(e);
      return SpinSet.SEEN_NANOS;
    }
  }

  @Override
  protected void callbackWaits() {
    if (!outputEnded()) {
      poller.executeIfOpen(room::callbackWaits);
    }
  }

  // ---- hooks of the contract: the receiver

  @Override
  protected int take(MessageHandler handler, int limit) {
    try {
      return inflow.take(handler, limit);
    } catch (ProtocolViolation e) {
      inflow.discard();
      faults.violated(e);
    } catch (InternalError e) {
      faults.unreadable(e);
    }
    return 0;
  }

  @Override
  protected boolean inboundEmpty() {
    try {
      return isReceiver() ? inflow.isEmpty() : inflow.isEmptyToVisitors();
    } catch (InternalError e) {
      return faults.unreadable(e);
    }
  }

  @Override
  protected void inboundTaken() {
    try {
      if (inflow.takeBell()) {
        control.ring();
      }
    } catch (InternalError e) {
      faults.unreadable(e);
    }
    if (isPushed() && poller.isCurrent() && !lease.isOver()) {
      poller.spinSet().traffic(member);
    }
  }

  @Override
  protected long receiverSleeps() {
    try {
      return inflow.announceSleep();
    } catch (InternalError e) {
      faults.unreadable(e);
      return SpinSet.SEEN_NANOS;
    }
  }

  // ---- hooks of the contract: the rest

  @Override
  protected void execute(Runnable task) {
    try {
      poller.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the context is closed, and with it the thread this belongs on
    }
  }

  @Override
  protected void sendEndOutput(long sent) {
    control.frames().endOutput(sent);
    flush();
  }

  @Override
  protected void sendBarrier(long sent) {
    control.frames().barrier(sent, 0);
    flush();
  }

  @Override
  protected void sendBarrierAck(long handled) {
    control.frames().acknowledge(handled);
    flush();
  }

  @Override
  protected void startClose() {
    execute(closing::begin);
  }

  @Override
  protected void cut() {
    execute(closing::cut);
  }

  @Override
  protected void settled() {
    lease.end();
    poller.executeIfOpen(() -> leave(LEAVE_NANOS));
  }

  // ---- the poller looks at the ring of a pushed channel

  @Override
  public boolean look(boolean alone) {
    if (alone ? seemsEmpty() : isEmpty()) {
      return false;
    }
    takeAll();
    return true;
  }

  private void takeAll() {
    long before = inflow.position();
    int messages = pump();
    poller.pace().took(messages, inflow.position() - before, inflow.capacity());
  }

  private boolean seemsEmpty() {
    try {
      return inflow.seemsEmpty();
    } catch (InternalError e) {
      return faults.unreadable(e);
    }
  }

  @Override
  public boolean isEmpty() {
    try {
      return inflow.isEmpty();
    } catch (InternalError e) {
      return faults.unreadable(e);
    }
  }

  @Override
  public void announceSleep() {
    receiverSleeps();
  }

  @Override
  public long spinNanos() {
    return traits().config().waitStrategy().spinNanos();
  }

  // ---- what the control socket brings, on the poller

  /** Probably the bell, not read yet; when it is, {@link #rang} follows. */
  void rings() {
    if (isPushed()) {
      if (!isEmpty()) {
        takeAll();
        Segment.deliverFault(); // not in the middle of reading
      }
    } else if (arrived()) {
      poller.giveWay();
    }
  }

  /** The bell: there are messages, or there is room. */
  void rang() {
    inflow.rang();
    probe();
    if (isPushed()) {
      poller.spinSet().traffic(member);
    } else {
      arrived();
    }
    room.rang();
  }

  void onBarrier(long sent) {
    peerBarrier(sent);
  }

  void onBarrierAck(long handled) {
    peerBarrierAck(handled);
  }

  void onPing(long opaque) {
    control.frames().pong(opaque);
    flush();
  }

  void onEndOutput() {
    peerEndedOutput();
  }

  void violation(ProtocolViolation e) {
    faults.violation(e);
  }

  /** Looks whether the memory is all there. On the poller, which is also the one that unmaps. */
  void probe() {
    if (!lease.isOver()) {
      try {
        segment.probe();
      } catch (InternalError e) {
        faults.unreadable(e);
      }
    }
  }

  @Override
  protected void faulted(InternalError e) {
    faults.unreadable(e);
  }

  // ---- what the watch for room needs

  boolean isAwaited() {
    return roomIsAwaited();
  }

  boolean takesNoMore() {
    return outputEnded();
  }

  void roomMayBeFree() {
    roomFreed();
  }

  // ---- what the end needs

  ChannelConfig config() {
    return traits().config();
  }

  void report(CloseReport report) {
    inflow.finish();
    ended(report);
  }

  long messagesSent() {
    return sent();
  }

  void dropInput() {
    inflow.discard();
  }

  /** Writes the frames that are due; orderly ends wait until every message is in the ring. */
  void flush() {
    try {
      control.flush(!outflow.isStaged());
    } catch (IOException e) {
      poller.executeIfOpen(closing::outputBroke);
    }
  }

  void refuseOutput() {
    outputRefused();
  }

  /** Whether a staged message could go on. */
  boolean canFeed() {
    try {
      return outflow.canFeed();
    } catch (InternalError e) {
      return faults.broken(e);
    }
  }

  /** Sends parts of the staged message; whether there was progress. */
  boolean feedOnce() {
    boolean fed;
    try {
      fed = outflow.feed();
    } catch (ProtocolViolation e) {
      return faults.violated(e);
    } catch (InternalError e) {
      return faults.broken(e);
    }
    if (outflow.takeBell()) {
      control.ring();
    }
    if (fed && !outflow.isStaged()) {
      flush();
      roomFreed();
    }
    return fed;
  }

  /** Gives the memory back as soon as nobody is inside; by then nobody enters any more. */
  private void leave(long nap) {
    if (isDeserted() && lease.isDeserted()) {
      poller.spinSet().forget(member);
      room.forget();
      poller.moveOut(this);
      segment.unmap();
    } else {
      poller.later(() -> leave(Math.min(2 * nap, LONGEST_LEAVE_NANOS)), nap);
    }
  }
}
