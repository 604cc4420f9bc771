// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.IpcException;
import dev.ipc.StorageFullException;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.FileThread;
import dev.ipc.spi.Frame;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.Newcomers;
import dev.ipc.spi.RefuseCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The first stage of an accepted connection; on the poller, files on the file thread.
 *
 * <pre>
 *   HELLO    reserve a place, create and map the segment, WELCOME with its name
 *   WAKE     the peer has mapped it: remove the name, hand the channel to the listener
 * </pre>
 */
final class ServerHandshake implements ControlSocket.Stage, Newcomers.Newcomer {
  /** How long a refused peer may take to read why, in nanoseconds. */
  private static final long LINGER_NANOS = 1_000_000_000L;

  /** The frame that says that the peer has mapped the segment. */
  private static final long MAPPED = Frame.header(Frame.WAKE, 0, 0);

  private final ShmListener listener;
  private final Settings settings;
  private final ControlSocket control;
  private final Hello ours;
  private final Handshake handshake;
  private final ByteBuffer answer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private Timers.Timer deadline;
  private SegmentFile file;
  private boolean creating;
  private boolean placed;
  private boolean refused;
  private boolean over;

  ServerHandshake(ShmListener listener, Settings settings, ControlSocket control) {
    this.listener = listener;
    this.settings = settings;
    this.control = control;
    this.ours = settings.hello();
    this.handshake = Handshake.server(ours);
  }

  void begin(Optional<String> objection) throws IOException {
    control.start(this);
    if (objection.isPresent()) {
      refuse(Handshake.refusal(RefuseCode.USER, objection.get()));
      return;
    }
    deadline =
        settings.poller().later(this::drop, Deadline.nanos(settings.config().handshakeTimeout()));
  }

  @Override
  public void bytes(ByteBuffer chunk) {
    if (refused) {
      return;
    }
    if (file != null) {
      mapped(chunk);
      return;
    }
    if (creating) {
      drop(); // it has not read WELCOME and may not say anything
      return;
    }
    try {
      if (handshake.feed(chunk)) {
        create(chunk);
      }
    } catch (IpcException e) {
      handshake.answer().ifPresentOrElse(this::refuse, this::drop);
    }
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    drop();
  }

  @Override
  public void flush() {}

  @Override
  public void pollerClosing() {
    drop();
  }

  private void create(ByteBuffer rest) {
    if (rest.hasRemaining()) {
      drop();
      return;
    }
    int capacity = handshake.agreement().ringCapacity();
    if (!SegmentLayout.isCapacity(capacity)) {
      refuse(Handshake.refusal(RefuseCode.OTHER, "no such ring, capacity=" + capacity));
      return;
    }
    placed = listener.place();
    if (!placed) {
      refuse(Handshake.refusal(RefuseCode.BUSY, "the accept queue is full, come again"));
      return;
    }
    creating = true;
    settings.poller().expect();
    FileThread.submit(() -> create(capacity));
  }

  /** On the file thread. */
  private void create(int capacity) {
    try {
      SegmentFile made = SegmentFile.create(listener.segments(), capacity, settings.endpoint());
      if (!settings.poller().executeIfOpen(() -> created(made))) {
        made.segment().unmap();
        made.unlink();
      }
    } catch (StorageFullException e) {
      settings.poller().executeIfOpen(() -> notCreated(RefuseCode.STORAGE, e));
    } catch (RuntimeException e) {
      settings.poller().executeIfOpen(() -> notCreated(RefuseCode.OTHER, e));
    }
  }

  private void notCreated(RefuseCode code, RuntimeException e) {
    settings.poller().received();
    creating = false;
    if (!over) {
      refuse(Handshake.refusal(code, e.getMessage()));
    }
  }

  private void created(SegmentFile made) {
    settings.poller().received();
    creating = false;
    file = made;
    try {
      if (over) {
        discard();
      } else {
        control.write(handshake.welcome(made.name()));
      }
    } catch (IOException | IllegalArgumentException e) {
      drop();
    }
  }

  /** The first frame behind the handshake. */
  private void mapped(ByteBuffer chunk) {
    while (answer.hasRemaining() && chunk.hasRemaining()) {
      answer.put(chunk.get());
    }
    if (answer.hasRemaining()) {
      return;
    }
    if (answer.getLong(0) != MAPPED) {
      drop();
      return;
    }
    try {
      accept(chunk);
    } catch (IOException e) {
      drop();
    }
  }

  private void accept(ByteBuffer rest) throws IOException {
    ShmChannel channel = settings.channel(control, file.segment(), ours, handshake.agreement());
    finish();
    channel.open();
    channel.bytes(rest);
    settings.poller().expect();
    FileThread.submit(
        () -> {
          try {
            file.unlink();
          } finally {
            settings.poller().executeIfOpen(() -> unlinked(channel));
          }
        });
  }

  private void unlinked(ShmChannel channel) {
    settings.poller().received();
    listener.connected(channel);
  }

  private void refuse(ByteBuffer frame) {
    refused = true;
    giveBack();
    stopClock();
    try {
      control.write(frame);
      control.shutdownOutput();
      deadline = settings.poller().later(this::drop, LINGER_NANOS);
    } catch (IOException | OutOfMemoryError e) {
      drop();
    }
  }

  private void drop() {
    if (over) {
      return;
    }
    finish();
    control.close();
    giveBack();
    if (file != null) {
      discard();
    }
  }

  private void discard() {
    file.segment().unmap();
    FileThread.submit(file::unlink);
  }

  private void giveBack() {
    if (placed) {
      placed = false;
      listener.noPlace();
    }
  }

  private void finish() {
    over = true;
    stopClock();
    listener.handshakeOver(this);
  }

  private void stopClock() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  /** Makes room for others: the peer has had its time. */
  @Override
  public void giveUp() {
    drop();
  }
}
