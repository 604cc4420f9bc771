// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

/**
 * Sees to it, on the poller, that a staged message goes on and that those who wait for room learn
 * of it: when the bell rings, and as long as the peer may have missed that it is to ring. A staged
 * message is looked after like messages that arrive: the poller spins for its room before it
 * sleeps.
 */
final class RoomWatch implements SpinSet.Source {
  private final ShmChannel channel;
  private final Outflow outflow;
  private final Poller poller;
  private final SpinSet.Member member;

  RoomWatch(ShmChannel channel, Outflow outflow, Poller poller) {
    this.channel = channel;
    this.outflow = outflow;
    this.poller = poller;
    this.member = new SpinSet.Member(this);
  }

  /** The bell rang, perhaps for us. */
  void rang() {
    if (outflow.renewAnnouncement(channel::isAwaited)) {
      poller.later(this::goOn, SpinSet.SEEN_NANOS);
    }
    goOn();
  }

  /** A callback waits. */
  void callbackWaits() {
    if (!channel.takesNoMore() && channel.senderSleeps() != Long.MAX_VALUE) {
      poller.later(this::goOn, SpinSet.SEEN_NANOS);
    }
    goOn();
  }

  /** A message was staged, or may go on. */
  void feed() {
    if (outflow.isStaged()) {
      channel.feedOnce();
      poller.spinSet().traffic(member);
    }
  }

  /** Nobody looks at it any more. */
  void forget() {
    poller.spinSet().forget(member);
  }

  @Override
  public boolean look(boolean alone) {
    return outflow.isStaged() && channel.feedOnce();
  }

  @Override
  public boolean isEmpty() {
    return !channel.canFeed();
  }

  @Override
  public void announceSleep() {
    if (outflow.isStaged()) {
      channel.senderSleeps();
    }
  }

  @Override
  public long spinNanos() {
    return channel.spinNanos();
  }

  private void goOn() {
    feed();
    channel.roomMayBeFree();
  }
}
