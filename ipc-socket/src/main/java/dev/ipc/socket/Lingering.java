// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The last stage of a connection that was refused: says why and drops what comes, for a while.
 * Closing with unread input would reset the peer before it has read the answer.
 */
final class Lingering implements Connection.Stage {
  private static final long NANOS = 1_000_000_000L;

  private final Connection connection;

  private final Runnable over;
  private boolean closed;

  private Lingering(Connection connection, Runnable over) {
    this.connection = connection;
    this.over = over;
  }

  /** Refuses; the task runs once, when the connection is gone. */
  static Lingering refuse(Connection connection, ByteBuffer answer, Runnable over) {
    Lingering last = new Lingering(connection, over);
    connection.become(last);
    try {
      connection.wire().write(answer); // a new connection has room for this little
      connection.wire().shutdownOutput();
      connection.reading(true);
      connection.loop().later(last::close, NANOS);
    } catch (IOException e) {
      last.close();
    }
    return last;
  }

  @Override
  public void bytes(ByteBuffer chunk) {}

  @Override
  public void streamEnded(Optional<IOException> error) {
    close();
  }

  @Override
  public void flush() {}

  @Override
  public void failed(Throwable error) {
    close();
  }

  @Override
  public void loopClosing() {
    close();
  }

  /** Ends it before its time. On the event loop; again does nothing. */
  void close() {
    if (!closed) {
      closed = true;
      connection.close();
      over.run();
    }
  }
}
