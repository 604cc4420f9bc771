// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import dev.ipc.spi.AbstractListener;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Newcomers;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.WaitList;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on one event loop and spreads them over all. */
final class SocketListener extends AbstractListener {
  /** How many connections may be in their handshake at once. */
  private static final int HANDSHAKES = 512;

  /** How many clients are taken in one turn. */
  private static final int ACCEPTS_PER_TURN = 64;

  /** How long to pause when no descriptor is to be had, in nanoseconds. */
  private static final long PAUSE_NANOS = 500_000_000L;

  /** How soon to look whether the descriptor is given back, in nanoseconds. */
  private static final long RELEASE_NANOS = 50_000;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Setup setup;
  private final Loops loops;
  private final Loop loop;
  private final ServerWire server;
  private final Closeable name;
  private final PeerCheck clients;
  private final Consumer<SocketListener> closed;
  private final WaitList released = new WaitList();
  private volatile boolean unregistered;
  private IoRegistration registration;
  private final Newcomers<ServerHandshake> begun = new Newcomers<>();
  private int handshakes;
  private boolean accepting;
  private boolean pausing;

  SocketListener(Setup setup, Bound bound, Loops loops, Consumer<SocketListener> closed) {
    super(bound.endpoint());
    this.setup = new Setup(bound.endpoint(), setup.config(), setup.framing(), setup.memory());
    this.loops = loops;
    this.loop = loops.next();
    this.server = bound.server();
    this.name = bound.name();
    this.clients = bound.clients();
    this.closed = closed;
  }

  /**
   * A bound server socket.
   *
   * @param endpoint what clients connect to
   * @param server the socket
   * @param name closes the socket and gives up its name
   * @param clients who may connect
   */
  record Bound(Endpoint endpoint, ServerWire server, Closeable name, PeerCheck clients) {}

  /** Begins to accept. */
  void open() {
    loop.execute(
        () -> {
          Future<IoRegistration> registered = loop.register(server.handle(this::accept));
          registration = registered.getNow();
          if (registration != null) {
            accepting(true);
          } else if (!loop.isClosed()) {
            log().warn("nobody is accepted, listener={}", this, registered.cause());
          }
        });
  }

  Setup setup() {
    return setup;
  }

  boolean place() {
    return reserve();
  }

  void noPlace() {
    giveBack();
  }

  void connected(FramedChannel channel) {
    accepted(channel);
  }

  void handshakeBegun(ServerHandshake handshake) {
    loop.execute(() -> begun.add(handshake));
  }

  void handshakeOver(ServerHandshake handshake) {
    loop.execute(
        () -> {
          begun.remove(handshake);
          handshakeOver();
        });
  }

  private void handshakeOver() {
    handshakes--;
    accepting(true);
  }

  @Override
  protected void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the context is closed, and with it the thread this belongs on
    }
  }

  @Override
  protected void placeFreed() {
    if (isPlain() && !loop.isClosed()) {
      loop.execute(() -> accepting(true));
    }
  }

  /**
   * The selector forgets the descriptor before it is closed: its number may at once be another
   * socket's.
   */
  @Override
  protected void release() {
    closed.accept(this);
    boolean told = onLoop(this::unregister, () -> unregistered);
    try {
      name.close();
    } catch (IOException e) {
      log().warn("a name was not removed, listener={}", this, e);
    }
    if (told) {
      onLoop(this::awaitRelease, server::isReleased);
    }
  }

  /** Runs a step and waits for its outcome, but on the event loop itself. */
  private boolean onLoop(Runnable step, BooleanSupplier done) {
    if (loop.isCurrent()) {
      step.run();
      return true;
    }
    try {
      loop.execute(step);
    } catch (RejectedExecutionException e) {
      return false; // the context is closed, and everything with it
    }
    released.awaitUninterruptibly(done, Deadline.after(PATIENCE));
    return true;
  }

  private void unregister() {
    if (registration != null) {
      registration.cancel();
    }
    unregistered = true;
    released.wake();
  }

  /** The next selection gives the descriptor back; only then the address is free again. */
  private void awaitRelease() {
    if (server.isReleased()) {
      released.wake();
    } else if (!loop.isClosed()) {
      loop.later(this::awaitRelease, RELEASE_NANOS);
    }
  }

  private void accept() {
    for (int count = 0; count < ACCEPTS_PER_TURN && mayAccept(); count++) {
      if (isPlain() && !reserve()) {
        accepting(false); // until a place is free
        return;
      }
      Wire wire = next();
      if (wire == null) {
        forgo();
        return;
      }
      begin(wire);
    }
    accepting(mayAccept());
    begun.hurryWhile(() -> handshakes >= HANDSHAKES, loop::later);
  }

  private Wire next() {
    try {
      return server.accept();
    } catch (IOException e) {
      pause(e);
      return null;
    }
  }

  /**
   * Plain framings have no handshake in which to ask a client to come again: it is taken when there
   * is a place for it, and waits in the kernel until then.
   */
  private boolean isPlain() {
    return !setup.framing().isNative();
  }

  /** The place for a plain client is not needed after all. */
  private void forgo() {
    if (isPlain()) {
      giveBack();
    }
  }

  private boolean mayAccept() {
    return !isClosed() && !pausing && handshakes < HANDSHAKES;
  }

  private void begin(Wire wire) {
    handshakes++;
    Connection connection = new Connection(loops.next(), wire, loops.connections());
    connection.loop().execute(() -> begin(connection));
  }

  private void begin(Connection connection) {
    try {
      Optional<String> objection =
          Address.isUnix(setup.endpoint())
              ? clients.refusal(connection.peerUser())
              : Optional.empty();
      if (isPlain()) {
        beginPlain(connection, objection);
        loop.execute(this::handshakeOver);
      } else {
        new ServerHandshake(connection, this).begin(objection);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      connection.wire().close();
      forgo();
      loop.execute(this::handshakeOver);
    }
  }

  private void beginPlain(Connection connection, Optional<String> objection) throws IOException {
    if (objection.isPresent()) {
      connection.wire().close();
      giveBack();
      return;
    }
    FramedChannel channel = setup.plain(connection);
    connection.start(channel);
    channel.open();
    accepted(channel);
  }

  /** No descriptor is left, or worse: the clients wait in the kernel until we look again. */
  private void pause(IOException e) {
    if (isClosed()) {
      return;
    }
    log().warn("accept failed, listener={}", this, e);
    pausing = true;
    accepting(false);
    loop.later(
        () -> {
          pausing = false;
          accepting(true);
        },
        PAUSE_NANOS);
  }

  private void accepting(boolean wanted) {
    boolean now = wanted && mayAccept();
    if (now != accepting && !isClosed()) {
      accepting = now;
      server.interest(registration, now);
    }
  }

  /** When it is needed: a logger that is asked for earlier makes SLF4J speak. */
  private static Logger log() {
    return LoggerFactory.getLogger("dev.ipc");
  }
}
