// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.IpcTimeoutException;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Handshake;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;

/**
 * Reads the peer's part of a handshake from pipes that somebody else may close. On the thread that
 * reads the channel afterwards.
 */
final class Greeting implements AutoCloseable {
  private static final int CHUNK = 8 * 1024;

  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
  private final Settings settings;
  private final Pipe pipe;
  private final Future<?> deadline;
  private volatile boolean late;

  /** Starts the clock: at its end the pipes are closed. */
  Greeting(Settings settings, Pipe pipe) {
    this.settings = settings;
    this.pipe = pipe;
    this.deadline =
        settings
            .threads()
            .later(this::timeOut, Deadline.nanos(settings.config().handshakeTimeout()));
  }

  /**
   * Reads until the handshake is complete.
   *
   * @throws EOFException if the peer is gone
   * @throws IpcTimeoutException if it took too long
   */
  void read(Handshake handshake) throws IOException {
    try {
      do {
        if (pipe.in().read(chunk.clear()) < 0) {
          throw new EOFException("the stream ended within the handshake");
        }
      } while (!handshake.feed(chunk.flip()));
    } catch (IOException e) {
      if (late) {
        throw new IpcTimeoutException(
            "somebody is there but does not answer the handshake, endpoint="
                + settings.endpoint()
                + ", handshakeTimeout="
                + settings.config().handshakeTimeout()
                + "; see whether it is a program with stdio: or needs framing=",
            e);
      }
      throw e;
    }
  }

  /** What came behind the handshake. */
  ByteBuffer rest() {
    return chunk;
  }

  /** Stops the clock. */
  @Override
  public void close() {
    deadline.cancel(false);
  }

  private void timeOut() {
    late = true;
    pipe.close();
  }
}
