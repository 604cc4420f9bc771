// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.IpcException;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.Newcomers;
import dev.ipc.spi.RefuseCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;

/** The first stage of an accepted connection: the peer's user, its HELLO, our WELCOME. */
final class ServerHandshake implements Connection.Stage, Newcomers.Newcomer {
  private final Connection connection;
  private final SocketListener listener;
  private final Hello ours;
  private final Handshake handshake;
  private Future<?> deadline;
  private Lingering refused;
  private boolean over;

  ServerHandshake(Connection connection, SocketListener listener) {
    this.connection = connection;
    this.listener = listener;
    this.ours = Hello.ours(listener.setup().config(), listener.setup().endpoint().scheme());
    this.handshake = Handshake.server(ours);
  }

  void begin(Optional<String> objection) {
    connection.start(this);
    listener.handshakeBegun(this);
    if (objection.isPresent()) {
      refuse(Handshake.refusal(RefuseCode.USER, objection.get()));
      return;
    }
    long limit = Deadline.nanos(listener.setup().config().handshakeTimeout());
    deadline = connection.loop().timer(this::drop, limit);
    connection.reading(true);
  }

  @Override
  public void bytes(ByteBuffer chunk) {
    try {
      if (handshake.feed(chunk)) {
        welcome(chunk);
      }
    } catch (IpcException e) {
      handshake.answer().ifPresentOrElse(this::refuse, this::drop);
    } catch (IOException e) {
      drop();
    }
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    drop();
  }

  @Override
  public void flush() {}

  @Override
  public void failed(Throwable error) {
    drop();
  }

  @Override
  public void loopClosing() {
    drop();
  }

  private void welcome(ByteBuffer rest) throws IOException {
    if (!listener.place()) {
      refuse(Handshake.refusal(RefuseCode.BUSY, "the accept queue is full, come again"));
      return;
    }
    FramedChannel channel;
    try {
      connection.wire().write(handshake.welcome()); // a new connection has room for this little
      channel = listener.setup().agreed(connection, ours, handshake.agreement());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      listener.noPlace();
      throw e;
    }
    finish();
    channel.open();
    listener.connected(channel);
    if (rest.hasRemaining()) {
      channel.bytes(rest);
    }
  }

  private void refuse(ByteBuffer answer) {
    over = true;
    stopClock();
    refused = Lingering.refuse(connection, answer, () -> listener.handshakeOver(this));
  }

  private void drop() {
    if (!over) {
      finish();
      connection.close();
    }
  }

  private void finish() {
    over = true;
    stopClock();
    listener.handshakeOver(this);
  }

  private void stopClock() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** Makes room for others: the peer has had its time. Any thread. */
  @Override
  public void giveUp() {
    connection
        .loop()
        .execute(
            () -> {
              if (refused != null) {
                refused.close();
              } else {
                drop();
              }
            });
  }
}
