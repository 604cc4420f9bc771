// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.ClosedException;
import dev.ipc.EndpointAbsentException;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.TransportFailedException;
import dev.ipc.UnusableEndpointException;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.FileFacts;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.ShortPath;
import dev.ipc.spi.SocketName;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Connects, on the caller's thread, which waits for the event loop and never touches the socket: so
 * an interrupt ends the waiting and nothing else. Tries again while nobody is there, until the
 * deadline.
 */
final class Connector {
  private static final long FIRST_NAP_NANOS = 1_000_000;
  private static final long LONGEST_NAP_NANOS = 50_000_000;

  private final Setup setup;
  private final Sockets sockets;
  private final Loops loops;
  private final PeerCheck servers;

  Connector(Setup setup, Sockets sockets, Loops loops) {
    this.setup = setup;
    this.sockets = sockets;
    this.loops = loops;
    this.servers = PeerCheck.ofServer(setup.endpoint());
  }

  FramedChannel connect() throws InterruptedException {
    long deadline = Deadline.after(setup.config().connectTimeout());
    long nap = FIRST_NAP_NANOS;
    while (true) {
      Exception failure;
      try {
        return attempt();
      } catch (ClientHandshake.Unreached | ClientHandshake.Busy e) {
        failure = e;
      }
      long left = Deadline.left(deadline);
      if (left <= 0) {
        throw givenUp(failure);
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(nap, left));
      nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
    }
  }

  private FramedChannel attempt()
      throws ClientHandshake.Unreached, ClientHandshake.Busy, InterruptedException {
    CompletableFuture<FramedChannel> result = new CompletableFuture<>();
    Loop loop = loops.next();
    Optional<InetSocketAddress> host =
        Address.isUnix(setup.endpoint())
            ? Optional.empty()
            : Optional.of(Address.resolve(setup.endpoint())); // blocks, so not on the event loop
    try {
      loop.execute(() -> begin(loop, host, result));
      return result.get();
    } catch (RejectedExecutionException e) {
      throw new ClosedException("the context is closed");
    } catch (InterruptedException e) {
      if (!result.cancel(false) && !result.isCompletedExceptionally()) {
        result.join().abort();
      }
      throw e;
    } catch (ExecutionException e) {
      throw rethrow(e.getCause());
    }
  }

  private void begin(
      Loop loop, Optional<InetSocketAddress> host, CompletableFuture<FramedChannel> result) {
    try {
      Wire wire = host.isPresent() ? sockets.connect(host.get()) : openUnix();
      Connection connection = new Connection(loop, wire, loops.connections());
      ClientHandshake handshake = new ClientHandshake(connection, setup, servers, result);
      result.exceptionally(
          error -> {
            loop.execute(handshake::cancel);
            return null;
          });
      handshake.begin();
    } catch (IOException e) {
      result.completeExceptionally(
          unusable().map(Exception.class::cast).orElseGet(() -> reached(e)));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e); // somebody waits for it
    }
  }

  private Wire openUnix() throws IOException {
    Path name = SocketName.checkPath(setup.endpoint());
    try (ShortPath path = ShortPath.toSocket(name, setup.endpoint())) {
      return sockets.connect(UnixDomainSocketAddress.of(path.path()));
    }
  }

  /** What else than a socket stands in the place, if so. */
  private Optional<UnusableEndpointException> unusable() {
    if (!Address.isUnix(setup.endpoint())) {
      return Optional.empty();
    }
    try {
      return FileFacts.of(SocketName.checkPath(setup.endpoint()))
          .filter(facts -> !facts.isSocket())
          .map(
              facts ->
                  new UnusableEndpointException(
                      "the endpoint's place holds no socket, found="
                          + facts
                          + ", endpoint="
                          + setup.endpoint()
                          + "; choose another path"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Exception reached(IOException e) {
    if (isDenied(e)) {
      return new UnusableEndpointException(
          "the endpoint may not be connected to by this user, endpoint="
              + setup.endpoint()
              + "; run both sides as one user, or name this one in the listener's allow=",
          e);
    }
    return new ClientHandshake.Unreached(e);
  }

  /** The system tells the cause in its own language, so the file is asked as well. */
  private boolean isDenied(IOException e) {
    if (String.valueOf(e.getMessage()).contains("ermission denied")) {
      return true;
    }
    return isSocketFile() && !Files.isWritable(SocketName.checkPath(setup.endpoint()));
  }

  /** A socket that exists and neither takes nor refuses: its listener's queue is full. */
  private boolean isFull(Throwable cause) {
    return !(cause instanceof ConnectException) && isSocketFile();
  }

  private boolean isSocketFile() {
    if (!Address.isUnix(setup.endpoint())) {
      return false;
    }
    try {
      return FileFacts.of(SocketName.checkPath(setup.endpoint()))
          .filter(FileFacts::isSocket)
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private IpcException givenUp(Exception failure) {
    String where =
        ", endpoint="
            + setup.endpoint()
            + ", connectTimeout="
            + setup.config().connectTimeout()
            + ", last="
            + failure.getCause().getMessage();
    if (failure instanceof ClientHandshake.Busy) {
      return new IpcTimeoutException(
          "the listener has no place for another client" + where + "; it accepts too slowly",
          failure.getCause());
    }
    if (failure.getCause() instanceof ClientHandshake.HungUp) {
      return new IncompatiblePeerException(
          "somebody listens but hangs up before the handshake"
              + where
              + "; see whether it is a listener of this library",
          failure.getCause());
    }
    if (isFull(failure.getCause())) {
      return new IpcTimeoutException(
          "the listener does not take connections" + where + "; see whether it hangs",
          failure.getCause());
    }
    return new EndpointAbsentException(
        "nobody listens" + where + "; start the listener first or wait longer", failure.getCause());
  }

  private static RuntimeException rethrow(Throwable cause)
      throws ClientHandshake.Unreached, ClientHandshake.Busy {
    if (cause instanceof ClientHandshake.Unreached unreached) {
      throw unreached;
    }
    if (cause instanceof ClientHandshake.Busy busy) {
      throw busy;
    }
    if (cause instanceof IpcException known) {
      return known;
    }
    return new TransportFailedException("the connect failed, cause=" + cause, cause);
  }
}
