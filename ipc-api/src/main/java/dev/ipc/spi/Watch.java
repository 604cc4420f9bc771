// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Looks after what no event tells, while there is reason to: a frame that was begun and does not go
 * on, and, while reading pauses, a peer that is gone.
 */
final class Watch {
  /** While reading pauses nobody reports the peer's end, but a write does. */
  private static final long PING_NANOS = 500_000_000L;

  private final StreamChannel channel;
  private final ChannelConfig config;
  private final long period;
  private boolean scheduled;
  private boolean watched;
  private long progress;
  private long since;

  Watch(StreamChannel channel, ChannelConfig config) {
    this.channel = channel;
    this.config = config;
    this.period = Math.max(1, Math.min(PING_NANOS, Deadline.nanos(config.frameTimeout()) / 4));
  }

  /** Reading paused, or ended within a frame. On the transport. */
  void look() {
    if (!scheduled) {
      watched = false;
      again();
    }
  }

  private void tick() {
    scheduled = false;
    if (!channel.isOpen()) {
      return;
    }
    Inflow inflow = channel.inflow();
    if (inflow.isPaused()) {
      watched = false;
      if (channel.framing().isNative()) {
        channel.ping();
      }
      again();
    } else if (inflow.midFrame()) {
      checkFrame(inflow.progress());
    }
  }

  private void checkFrame(long now) {
    if (!watched || now != progress) {
      watched = true;
      progress = now;
      since = System.nanoTime();
      again();
    } else if (System.nanoTime() - since < Deadline.nanos(config.frameTimeout())) {
      again();
    } else {
      channel.fail(
          CloseReport.of(
              CloseReason.IDLE,
              "the peer began a frame and did not complete it, frameTimeout="
                  + config.frameTimeout()));
    }
  }

  private void again() {
    try {
      Future<?> unused = channel.later(this::tick, period);
      scheduled = true;
    } catch (RejectedExecutionException e) {
      // the transport is closed, and everything ends
    }
  }
}
