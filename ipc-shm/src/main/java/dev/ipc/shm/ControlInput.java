// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.FrameDecoder;
import dev.ipc.spi.FrameSink;
import dev.ipc.spi.Framing;
import dev.ipc.spi.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a channel's control socket brings. On the poller. */
final class ControlInput implements ControlSocket.Stage, FrameSink {
  private static final Framing FRAMING = Framing.of("native");

  private final ShmChannel channel;
  private final Closing closing;
  private final Poller poller;
  private final FrameDecoder decoder = FRAMING.decoder(1, this);
  private Timers.Timer frameTimer;

  ControlInput(ShmChannel channel, Closing closing, Poller poller) {
    this.channel = channel;
    this.closing = closing;
    this.poller = poller;
  }

  @Override
  public void readable() {
    channel.rings();
  }

  @Override
  public void bytes(ByteBuffer chunk) {
    if (!closing.dropping()) {
      try {
        decoder.decode(chunk);
      } catch (ProtocolViolation e) {
        channel.violation(e);
      }
      watchFrame();
    }
    channel.rang();
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    closing.streamEnded(error);
    channel.rang(); // the peer may have died between a message and its bell
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void pollerClosing() {
    closing.finish(CloseReport.of(CloseReason.LOCAL, "the context was closed"));
  }

  /** A frame that was begun has to go on. */
  private void watchFrame() {
    if (frameTimer != null) {
      frameTimer.cancel();
      frameTimer = null;
    }
    if (decoder.midFrame()) {
      frameTimer = poller.later(this::frameIsLate, Deadline.nanos(channel.config().frameTimeout()));
    }
  }

  private void frameIsLate() {
    closing.fail(
        CloseReport.of(
            CloseReason.IDLE,
            "the peer began a frame and did not complete it, frameTimeout="
                + channel.config().frameTimeout()));
  }

  @Override
  public boolean message(ByteBuffer view) {
    throw ProtocolViolation.protocolError(
        "a message comes over the control socket, length=" + view.remaining());
  }

  @Override
  public void barrier(long sent) {
    channel.onBarrier(sent);
  }

  @Override
  public void barrierAck(long handled) {
    channel.onBarrierAck(handled);
  }

  @Override
  public void ping(long opaque) {
    channel.onPing(opaque);
  }

  @Override
  public void pong(long opaque) {}

  @Override
  public void wake() {}

  @Override
  public void endOutput(long sent) {
    channel.onEndOutput();
  }

  @Override
  public void close(CloseFrame frame) {
    closing.peerClosed(frame);
  }
}
