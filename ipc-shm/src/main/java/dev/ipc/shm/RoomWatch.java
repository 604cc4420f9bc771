// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

/**
 * Sees to it, on the poller, that a staged message goes on and that those who wait for room learn
 * of it: when the bell rings, and as long as the peer may have missed that it is to ring.
 */
final class RoomWatch {
  private final ShmChannel channel;
  private final Outflow outflow;
  private final Poller poller;

  RoomWatch(ShmChannel channel, Outflow outflow, Poller poller) {
    this.channel = channel;
    this.outflow = outflow;
    this.poller = poller;
  }

  /** The bell rang, perhaps for us. */
  void rang() {
    if (outflow.renewAnnouncement(channel::isAwaited)) {
      poller.later(this::look, SpinSet.SEEN_NANOS);
    }
    look();
  }

  /** A callback waits. */
  void callbackWaits() {
    if (!channel.takesNoMore() && channel.senderSleeps() != Long.MAX_VALUE) {
      poller.later(this::look, SpinSet.SEEN_NANOS);
    }
    look();
  }

  /** A message was staged, or may go on. */
  void feed() {
    if (outflow.isStaged()) {
      channel.feedOnce();
      if (outflow.isStaged() && channel.senderSleeps() != Long.MAX_VALUE) {
        channel.feedOnce();
        poller.later(this::feed, SpinSet.SEEN_NANOS);
      }
    }
  }

  private void look() {
    feed();
    channel.roomMayBeFree();
  }
}
