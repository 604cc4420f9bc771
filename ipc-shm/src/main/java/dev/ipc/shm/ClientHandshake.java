// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.ClosedException;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.RefusedException;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.CloseCode;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.Connecting.Busy;
import dev.ipc.spi.Connecting.HungUp;
import dev.ipc.spi.Connecting.Unreached;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.FileThread;
import dev.ipc.spi.Frame;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The first stage of a connection of ours; on the poller, files on the file thread.
 *
 * <pre>
 *   HELLO
 *   WELCOME    open, check and map the segment that it names, WAKE
 * </pre>
 */
final class ClientHandshake implements ControlSocket.Stage {
  private final Settings settings;
  private final ControlSocket control;
  private final CompletableFuture<ShmChannel> result;
  private final Hello ours;
  private final Handshake handshake;
  private Timers.Timer deadline;
  private boolean opening;
  private boolean over;

  ClientHandshake(Settings settings, ControlSocket control, CompletableFuture<ShmChannel> result) {
    this.settings = settings;
    this.control = control;
    this.result = result;
    this.ours = settings.hello();
    this.handshake = Handshake.client(ours);
  }

  void begin() throws IOException {
    deadline =
        settings
            .poller()
            .later(this::timedOut, Deadline.nanos(settings.config().handshakeTimeout()));
    control.start(this);
    Optional<String> objection = PeerCheck.ofOwner().refusal(control.peerUser());
    if (objection.isPresent()) {
      fail(new RefusedException(objection.get() + ", endpoint=" + settings.endpoint()));
      return;
    }
    try {
      control.write(handshake.opening());
    } catch (IOException e) {
      fail(new HungUp(e));
    }
  }

  @Override
  public void bytes(ByteBuffer chunk) {
    try {
      if (!opening && !handshake.feed(chunk)) {
        return;
      }
      if (opening || chunk.hasRemaining()) {
        throw new IncompatiblePeerException(
            "the peer sends frames before the segment is mapped, endpoint=" + settings.endpoint());
      }
      open();
    } catch (RefusedException e) {
      fail(handshake.isBusy() ? new Busy(e) : e);
    } catch (IpcException e) {
      fail(e);
    }
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    fail(new HungUp(error.orElse(null)));
  }

  @Override
  public void flush() {}

  @Override
  public void pollerClosing() {
    fail(new ClosedException("the context is closed"));
  }

  /** The caller no longer waits. */
  void cancel() {
    drop();
  }

  private void open() {
    Hello peer = handshake.agreement().peer();
    int capacity = peer.terms().ringCapacity();
    if (peer.segment().isEmpty()
        || !SegmentLayout.isCapacity(capacity)
        || capacity > ours.terms().ringCapacity()) {
      throw new IncompatiblePeerException(
          "the peer offers no segment that we can use, endpoint="
              + settings.endpoint()
              + ", "
              + peer.terms());
    }
    opening = true;
    settings.poller().expect();
    SegmentName name = peer.segment().get();
    FileThread.submit(() -> open(name, capacity));
  }

  /** On the file thread. */
  private void open(SegmentName name, int capacity) {
    try {
      Segment segment = SegmentFile.open(name, capacity, settings.endpoint());
      if (!settings.poller().executeIfOpen(() -> opened(segment))) {
        segment.unmap();
      }
    } catch (RuntimeException e) {
      settings.poller().executeIfOpen(() -> notOpened(e));
    }
  }

  private void notOpened(RuntimeException e) {
    settings.poller().received();
    if (!over) {
      ByteBuffer frame = ByteBuffer.allocate(CloseFrame.MAX_ENCODED);
      new CloseFrame(0, CloseCode.PROTOCOL_ERROR, String.valueOf(e.getMessage())).encode(frame);
      try {
        control.write(frame.flip());
      } catch (IOException gone) {
        e.addSuppressed(gone);
      }
      fail(e);
    }
  }

  private void opened(Segment segment) {
    settings.poller().received();
    if (over) {
      segment.unmap();
      return;
    }
    try {
      ByteBuffer mapped = ByteBuffer.allocate(Frame.HEADER);
      Frame.putWake(mapped);
      control.write(mapped.flip());
      ShmChannel channel = settings.channel(control, segment, ours, handshake.agreement());
      over = true;
      deadline.cancel();
      channel.open();
      if (!result.complete(channel)) {
        channel.abort();
      }
    } catch (IOException e) {
      segment.unmap();
      fail(new Unreached(e));
    }
  }

  private void timedOut() {
    fail(
        new IpcTimeoutException(
            "somebody is there but does not answer the handshake, endpoint="
                + settings.endpoint()
                + ", handshakeTimeout="
                + settings.config().handshakeTimeout()
                + "; see whether it is a listener of ours"));
  }

  private void fail(Exception error) {
    drop();
    result.completeExceptionally(
        error instanceof IpcException || error instanceof Unreached || error instanceof Busy
            ? error
            : new TransportFailedException("the handshake failed, cause=" + error, error));
  }

  private void drop() {
    over = true;
    if (deadline != null) {
      deadline.cancel();
    }
    control.close();
  }
}
