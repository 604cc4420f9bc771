// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.IpcException;
import dev.ipc.pipe.PipeChannel.Aftermath;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.Newcomers;
import dev.ipc.spi.RefuseCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import org.slf4j.LoggerFactory;

/**
 * One client of a listener: opens the FIFOs that it announced, HELLO, WELCOME. On the thread that
 * reads the channel afterwards.
 */
final class FifoServer implements Runnable, Newcomers.Newcomer {
  private static final int CHUNK = 8 * 1024;

  private final FifoListener listener;
  private final Settings settings;
  private final Announcement announcement;
  private final Hello ours;
  private final Handshake handshake;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

  /** Guarded by this. */
  private Pipe pipe;

  private boolean givenUp;

  FifoServer(FifoListener listener, Settings settings, Announcement announcement) {
    this.listener = listener;
    this.settings = settings;
    this.announcement = announcement;
    this.ours = settings.hello();
    this.handshake = Handshake.server(ours);
  }

  @Override
  public void run() {
    PipeChannel channel = null;
    Future<?> deadline = null;
    try {
      deadline =
          settings
              .threads()
              .later(this::giveUp, Deadline.nanos(settings.config().handshakeTimeout()));
      open();
      channel = shakeHands();
    } catch (IpcException e) {
      handshake.answer().ifPresent(this::answer);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LoggerFactory.getLogger("dev.ipc").debug("a client was dropped, listener={}", listener, e);
    } finally {
      if (deadline != null) {
        deadline.cancel(false);
      }
      listener.handshakeOver(this);
      if (channel == null) {
        giveUp();
      }
    }
    if (channel != null) {
      listener.connected(channel);
      channel.run(chunk);
    }
  }

  /** Ends the handshake, wherever it is. Any thread. */
  @Override
  public synchronized void giveUp() {
    givenUp = true;
    if (pipe != null) {
      pipe.close();
    }
  }

  private void open() throws IOException {
    Pipe opened = FifoPair.openPeer(announcement.directory());
    synchronized (this) {
      pipe = opened;
      if (givenUp) {
        pipe.close();
      }
    }
  }

  /** Null if the client is refused. */
  private PipeChannel shakeHands() throws IOException {
    do {
      if (pipe.in().read(chunk.clear()) < 0) {
        throw new IOException("the client went away within the handshake");
      }
    } while (!handshake.feed(chunk.flip()));
    if (!listener.place()) {
      answer(Handshake.refusal(RefuseCode.BUSY, "the accept queue is full, come again"));
      return null;
    }
    try {
      pipe.out().write(handshake.welcome()); // an empty pipe has room for this little
      return new PipeChannel(
          settings.agreed(ours, handshake.agreement()), settings, pipe, Aftermath.NONE);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      listener.noPlace();
      throw e;
    }
  }

  private void answer(ByteBuffer frame) {
    try {
      pipe.out().write(frame);
    } catch (IOException e) {
      // it is gone
    }
  }
}
