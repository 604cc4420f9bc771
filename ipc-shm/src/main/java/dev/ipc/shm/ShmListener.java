// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.spi.AbstractListener;
import dev.ipc.spi.Newcomers;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.SocketName;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Accepts connections on the poller. */
final class ShmListener extends AbstractListener implements Poller.Target {
  /** How many connections may be in their handshake at once. */
  private static final int HANDSHAKES = 512;

  /** How many clients are taken in one turn. */
  private static final int ACCEPTS_PER_TURN = 64;

  /** How long to pause when no descriptor is to be had, in nanoseconds. */
  private static final long PAUSE_NANOS = 500_000_000L;

  private final Settings settings;
  private final Poller poller;
  private final ServerSocketChannel server;
  private final SocketName name;
  private final RuntimeDirectory segments;
  private final Consumer<ShmListener> closed;
  private final Newcomers<ServerHandshake> begun = new Newcomers<>();
  private SelectionKey key;
  private boolean pausing;

  ShmListener(Settings settings, Bound bound, Consumer<ShmListener> closed) {
    super(settings.endpoint());
    this.settings = settings;
    this.poller = settings.poller();
    this.server = bound.server();
    this.name = bound.name();
    this.segments = bound.segments();
    this.closed = closed;
  }

  /**
   * A bound server socket.
   *
   * @param server the socket
   * @param name closes the socket and gives up its name
   * @param segments where the memory of its channels comes from
   */
  record Bound(ServerSocketChannel server, SocketName name, RuntimeDirectory segments) {}

  /** Begins to accept. */
  void open() {
    poller.execute(
        () -> {
          try {
            key = poller.register(server, SelectionKey.OP_ACCEPT, this);
          } catch (IOException e) {
            close(); // it is closed already
          }
        });
  }

  RuntimeDirectory segments() {
    return segments;
  }

  boolean place() {
    return reserve();
  }

  void noPlace() {
    giveBack();
  }

  void connected(ShmChannel channel) {
    accepted(channel);
  }

  void handshakeOver(ServerHandshake handshake) {
    begun.remove(handshake);
    accepting();
  }

  @Override
  public void ready() {
    for (int count = 0; count < ACCEPTS_PER_TURN && mayAccept(); count++) {
      SocketChannel socket = next();
      if (socket == null) {
        break;
      }
      begin(socket);
    }
    accepting();
    begun.hurryWhile(() -> begun.count() >= HANDSHAKES, poller::later);
  }

  @Override
  public void pollerClosing() {
    close();
  }

  @Override
  protected void execute(Runnable task) {
    try {
      poller.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the context is closed, and with it the thread this belongs on
    }
  }

  @Override
  protected void release() {
    closed.accept(this);
    name.close();
    poller.executeIfOpen(
        () -> {
          if (key != null) {
            poller.deregister(key);
          }
        });
  }

  private SocketChannel next() {
    try {
      return server.accept();
    } catch (IOException e) {
      pause(e);
      return null;
    }
  }

  private void begin(SocketChannel socket) {
    ServerHandshake handshake = null;
    try {
      socket.configureBlocking(false);
      ControlSocket control = new ControlSocket(poller, socket, settings.memory());
      handshake = new ServerHandshake(this, settings, control);
      begun.add(handshake);
      handshake.begin(PeerCheck.ofOwner().refusal(control.peerUser()));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (handshake != null) {
        handshake.giveUp();
      }
      closeQuietly(socket);
    }
  }

  /** No descriptor is left, or worse: the clients wait in the kernel until we look again. */
  private void pause(IOException e) {
    if (isClosed()) {
      return;
    }
    LoggerFactory.getLogger("dev.ipc").warn("accept failed, listener={}", this, e);
    pausing = true;
    poller.later(
        () -> {
          pausing = false;
          accepting();
        },
        PAUSE_NANOS);
  }

  private boolean mayAccept() {
    return !isClosed() && !pausing && begun.count() < HANDSHAKES;
  }

  private void accepting() {
    try {
      if (key != null) {
        key.interestOps(mayAccept() ? SelectionKey.OP_ACCEPT : 0);
      }
    } catch (CancelledKeyException e) {
      // Closed, perhaps just now and by another thread.
    }
  }

  private static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
  }
}
