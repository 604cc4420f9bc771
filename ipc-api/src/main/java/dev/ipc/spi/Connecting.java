// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.RefusedException;
import dev.ipc.TransportFailedException;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The connecting side's patience, on the caller's thread, which waits for the transport's thread
 * and never touches a socket: so an interrupt ends the waiting and nothing else. Tries again while
 * nobody is there, until the deadline.
 *
 * @param <C> what a connection becomes
 */
public final class Connecting<C extends Channel> {
  private static final long FIRST_NAP_NANOS = 1_000_000;
  private static final long LONGEST_NAP_NANOS = 50_000_000;

  private final Endpoint endpoint;
  private final ChannelConfig config;
  private final Attempt<C> attempt;

  /**
   * Prepares to connect.
   *
   * @param endpoint where
   * @param config how long
   * @param attempt one try
   */
  public Connecting(Endpoint endpoint, ChannelConfig config, Attempt<C> attempt) {
    this.endpoint = endpoint;
    this.config = config;
    this.attempt = attempt;
  }

  /**
   * One try.
   *
   * @param <C> what a connection becomes
   */
  @FunctionalInterface
  public interface Attempt<C> {
    /**
     * Begins it. On the caller's thread; goes on elsewhere.
     *
     * @param result to be completed with the channel, or with {@link Unreached}, {@link Busy} or an
     *     {@link IpcException}; when it is cancelled nobody waits any more
     * @throws RejectedExecutionException if the context is closed
     */
    void begin(CompletableFuture<C> result);
  }

  /**
   * Connects.
   *
   * @return the channel
   * @throws InterruptedException if the thread was interrupted; nothing is left
   */
  public C connect() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long deadline = Deadline.after(config.connectTimeout());
    long nap = FIRST_NAP_NANOS;
    while (true) {
      Exception failure;
      try {
        return once();
      } catch (Unreached | Busy e) {
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

  private C once() throws Unreached, Busy, InterruptedException {
    CompletableFuture<C> result = new CompletableFuture<>();
    try {
      attempt.begin(result);
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

  /**
   * What the failure to reach a socket with a name in the file system means. The kernel tells it in
   * the system's language, so the file is asked as well.
   *
   * @param endpoint its address is a path
   * @param error what the kernel said
   * @return {@link Unreached} if another try makes sense, else an {@link IpcException}
   */
  public static Exception reachedName(Endpoint endpoint, IOException error) {
    Path name = SocketName.checkPath(endpoint);
    Optional<FileFacts> found = facts(name);
    if (found.isPresent() && !found.get().isSocket()) {
      return new UnusableEndpointException(
          "the endpoint's place holds no socket, found="
              + found.get()
              + ", endpoint="
              + endpoint
              + "; choose another path");
    }
    boolean denied = String.valueOf(error.getMessage()).contains("ermission denied");
    if (denied || (found.isPresent() && !Files.isWritable(name))) {
      return new UnusableEndpointException(
          "the endpoint may not be connected to by this user, endpoint="
              + endpoint
              + "; run both sides as one user, or name this one in the listener's allow=",
          error);
    }
    boolean full = found.isPresent() && !(error instanceof ConnectException);
    return full ? new Full(error) : new Unreached(error);
  }

  private static Optional<FileFacts> facts(Path name) {
    try {
      return FileFacts.of(name);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private IpcException givenUp(Exception failure) {
    String where =
        ", endpoint="
            + endpoint
            + ", connectTimeout="
            + config.connectTimeout()
            + ", last="
            + failure.getCause().getMessage();
    if (failure instanceof Busy) {
      return new IpcTimeoutException(
          "the listener has no place for another client" + where + "; it accepts too slowly",
          failure.getCause());
    }
    if (failure instanceof HungUp) {
      return new IncompatiblePeerException(
          "somebody listens but hangs up before the handshake"
              + where
              + "; see whether it is a listener of this library",
          failure.getCause());
    }
    if (failure instanceof Full) {
      return new IpcTimeoutException(
          "the listener does not take connections" + where + "; see whether it hangs",
          failure.getCause());
    }
    return new EndpointAbsentException(
        "nobody listens" + where + "; start the listener first or wait longer", failure.getCause());
  }

  private static RuntimeException rethrow(Throwable cause) throws Unreached, Busy {
    if (cause instanceof Unreached unreached) {
      throw unreached;
    }
    if (cause instanceof Busy busy) {
      throw busy;
    }
    if (cause instanceof IpcException known) {
      return known;
    }
    if (cause instanceof RejectedExecutionException) {
      return new ClosedException("the context is closed");
    }
    return new TransportFailedException("the connect failed, cause=" + cause, cause);
  }

  /** Nobody answered; worth another try. */
  public static class Unreached extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Nobody answered.
     *
     * @param cause what was tried
     */
    public Unreached(IOException cause) {
      super(cause);
    }
  }

  /** Somebody took the connection and closed it; perhaps a listener that ends. */
  public static final class HungUp extends Unreached {
    private static final long serialVersionUID = 1L;

    /**
     * It was closed.
     *
     * @param cause null for an end of the stream in order
     */
    public HungUp(IOException cause) {
      super(new IOException("the peer hung up before the handshake", cause));
    }
  }

  /** A socket that neither takes nor refuses: so many wait there already. */
  private static final class Full extends Unreached {
    private static final long serialVersionUID = 1L;

    Full(IOException cause) {
      super(cause);
    }
  }

  /** The listener has no place now; worth another try. */
  public static final class Busy extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * There is no place.
     *
     * @param cause how the listener said it
     */
    public Busy(RefusedException cause) {
      super(cause);
    }
  }
}
