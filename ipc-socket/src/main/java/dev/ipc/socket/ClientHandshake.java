// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.ClosedException;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.RefusedException;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.Connecting.Busy;
import dev.ipc.spi.Connecting.HungUp;
import dev.ipc.spi.Connecting.Unreached;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.PeerCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The first stage of a connection of ours: connect, the server's user, our HELLO, its WELCOME. */
final class ClientHandshake implements Connection.Stage {
  private final Connection connection;
  private final Setup setup;
  private final PeerCheck servers;
  private final CompletableFuture<FramedChannel> result;
  private final Hello ours;
  private final Handshake handshake;
  private Future<?> deadline;
  private ByteBuffer opening;
  private boolean connected;

  ClientHandshake(
      Connection connection,
      Setup setup,
      PeerCheck servers,
      CompletableFuture<FramedChannel> result) {
    this.connection = connection;
    this.setup = setup;
    this.servers = servers;
    this.result = result;
    this.ours = Hello.ours(setup.config(), setup.endpoint().scheme());
    this.handshake = Handshake.client(ours);
  }

  /** The caller no longer waits. On the event loop. */
  void cancel() {
    drop();
  }

  void begin() {
    connection.start(this);
    deadline =
        connection.loop().timer(this::timedOut, Deadline.nanos(setup.config().handshakeTimeout()));
    opening = setup.framing().isNative() ? direct(handshake.opening()) : direct(null);
    connection.writing(true);
  }

  @Override
  public void flush() {
    try {
      if (!connected) {
        connection.wire().finishConnect();
        connected = true;
        checkServer();
      }
      if (!result.isDone() && connection.wire().write(opening) >= 0 && !opening.hasRemaining()) {
        connection.writing(false);
        opened();
      }
    } catch (IOException e) {
      fail(connected ? new HungUp(e) : new Unreached(e));
    } catch (IpcException e) {
      fail(e);
    }
  }

  @Override
  public void bytes(ByteBuffer chunk) {
    try {
      if (handshake.feed(chunk)) {
        finish(setup.agreed(connection, ours, handshake.agreement()), chunk);
      }
    } catch (RefusedException e) {
      fail(handshake.isBusy() ? new Busy(e) : e);
    } catch (IpcException e) {
      fail(e);
    } catch (IOException e) {
      fail(new Unreached(e));
    }
  }

  @Override
  public void streamEnded(Optional<IOException> error) {
    IOException cause = error.orElse(null);
    fail(connected || cause == null ? new HungUp(cause) : new Unreached(cause));
  }

  @Override
  public void failed(Throwable error) {
    fail(new TransportFailedException("the handshake failed, cause=" + error, error));
  }

  @Override
  public void loopClosing() {
    fail(new ClosedException("the context is closed"));
  }

  private void opened() throws IOException {
    if (setup.framing().isNative()) {
      connection.reading(true);
    } else {
      finish(setup.plain(connection), null);
    }
  }

  private void finish(FramedChannel channel, ByteBuffer rest) {
    deadline.cancel(false);
    channel.open();
    if (!result.complete(channel)) {
      channel.abort();
    }
    if (rest != null && rest.hasRemaining()) {
      channel.bytes(rest);
    }
  }

  private void checkServer() throws IOException {
    if (Address.isUnix(setup.endpoint())) {
      Optional<String> objection = servers.refusal(connection.peerUser());
      if (objection.isPresent()) {
        throw new RefusedException(objection.get() + ", endpoint=" + setup.endpoint());
      }
    }
  }

  private void timedOut() {
    if (connected) {
      fail(
          new IpcTimeoutException(
              "somebody is there but does not answer the handshake, endpoint="
                  + setup.endpoint()
                  + ", handshakeTimeout="
                  + setup.config().handshakeTimeout()
                  + "; see whether it is a listener of ours"));
    } else {
      fail(new Unreached(new IOException("the connect does not complete")));
    }
  }

  private void fail(Exception error) {
    drop();
    result.completeExceptionally(error);
  }

  private void drop() {
    if (deadline != null) {
      deadline.cancel(false);
    }
    connection.close();
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocateDirect(bytes == null ? 0 : bytes.remaining());
    return bytes == null ? copy : copy.put(bytes).flip();
  }
}
