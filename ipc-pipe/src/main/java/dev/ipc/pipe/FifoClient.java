// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.RefusedException;
import dev.ipc.TransportFailedException;
import dev.ipc.UnusableEndpointException;
import dev.ipc.pipe.PipeChannel.Aftermath;
import dev.ipc.spi.BoundName;
import dev.ipc.spi.Connecting.Busy;
import dev.ipc.spi.Connecting.Unreached;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.FileFacts;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * One attempt to connect, on the thread that reads the channel afterwards.
 *
 * <pre>
 *   somebody reads the listener's FIFO?      make and open a pair of FIFOs, HELLO
 *   until something is read:                 announce the pair, wait a little
 *   WELCOME                                  let go of the pair, remove its names
 * </pre>
 */
final class FifoClient implements Runnable {
  /** How often a client announces itself, in nanoseconds. */
  private static final long AGAIN_NANOS = 50_000_000L;

  private static final long FIRST_NAP_NANOS = 20_000;
  private static final long LONGEST_NAP_NANOS = 1_000_000;
  private static final int CHUNK = 8 * 1024;

  private final Settings settings;
  private final PipeTransport transport;
  private final CompletableFuture<PipeChannel> result;
  private final Path name;
  private final Hello ours;
  private final Handshake handshake;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

  /** The listener's FIFO, which must stay the same. */
  private Object key;

  /** What this thread may be blocked in; guarded by this. */
  private WriteEnd knocking;

  private volatile boolean timedOut;

  FifoClient(Settings settings, PipeTransport transport, CompletableFuture<PipeChannel> result) {
    this.settings = settings;
    this.transport = transport;
    this.result = result;
    this.name = BoundName.checkPath(settings.endpoint());
    this.ours = settings.hello();
    this.handshake = Handshake.client(ours);
  }

  @Override
  public void run() {
    PipeChannel channel;
    Future<?> deadline = null;
    try {
      deadline =
          settings
              .threads()
              .later(this::timeOut, Deadline.nanos(settings.config().handshakeTimeout()));
      channel = connect();
    } catch (RefusedException e) {
      result.completeExceptionally(handshake.isBusy() ? new Busy(e) : e);
      return;
    } catch (IpcException | Unreached e) {
      result.completeExceptionally(e);
      return;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      result.completeExceptionally(
          new TransportFailedException(
              "cannot connect, endpoint=" + settings.endpoint() + ", cause=" + e, e));
      return;
    } finally {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }
    transport.register(channel);
    if (!result.complete(channel)) {
      channel.abort();
    }
    channel.run(chunk);
  }

  /** Nobody waits any more. Any thread. */
  void cancel() {
    WriteEnd blocked;
    synchronized (this) {
      blocked = knocking;
    }
    if (blocked != null) {
      Pipe.closeQuietly(blocked);
    }
  }

  private void timeOut() {
    timedOut = true;
    cancel();
  }

  private PipeChannel connect() throws IOException, Unreached {
    requireListener();
    try (FifoPair pair = FifoPair.create(settings.place().get())) {
      Pipe pipe = pair.open();
      try {
        shakeHands(pipe, Announcement.of(pair.directory()).encode());
        return new PipeChannel(
            settings.agreed(ours, handshake.agreement()), settings, pipe, Aftermath.NONE);
      } catch (IOException | Unreached | RuntimeException | OutOfMemoryError e) {
        pipe.close();
        throw e;
      }
    }
  }

  private void shakeHands(Pipe pipe, byte[] announcement) throws IOException, Unreached {
    pipe.out().write(handshake.opening());
    long announced = System.nanoTime() - AGAIN_NANOS;
    long nap = FIRST_NAP_NANOS;
    while (true) {
      requireWanted();
      if (pipe.in().available() > 0) {
        pipe.in().read(chunk.clear());
        if (handshake.feed(chunk.flip())) {
          return;
        }
      } else if (System.nanoTime() - announced >= AGAIN_NANOS) {
        requireSame();
        knock(announcement);
        announced = System.nanoTime();
      } else {
        LockSupport.parkNanos(this, nap);
        nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
      }
    }
  }

  private void requireWanted() throws Unreached {
    if (timedOut) {
      throw new IpcTimeoutException(
          "somebody is there but does not answer the handshake, endpoint="
              + settings.endpoint()
              + ", handshakeTimeout="
              + settings.config().handshakeTimeout()
              + "; see whether it is a listener of ours");
    }
    if (result.isDone()) {
      throw new Unreached(new IOException("nobody waits for the connection any more"));
    }
  }

  /** Before anything is made: is there somebody to talk to? */
  private void requireListener() throws IOException, Unreached {
    try {
      FileFacts facts = FileFacts.of(name).orElseThrow(() -> new NoSuchFileException("" + name));
      if (!facts.isFifo()) {
        throw new UnusableEndpointException(
            "the endpoint's place holds no FIFO, found="
                + facts
                + ", endpoint="
                + settings.endpoint()
                + "; choose another path");
      }
      if (!facts.isOurs()) {
        throw new RefusedException(
            "the listener's FIFO belongs to another user, found="
                + facts
                + ", endpoint="
                + settings.endpoint()
                + "; run both sides as one user");
      }
      key = facts.key();
      if (!Door.isAnswered(name)) {
        throw new IOException("nobody reads the FIFO");
      }
    } catch (AccessDeniedException e) {
      throw new UnusableEndpointException(
          "the endpoint may not be connected to by this user, endpoint="
              + settings.endpoint()
              + "; run both sides as one user",
          e);
    } catch (IOException e) {
      throw new Unreached(e);
    }
  }

  /** Another listener must not read what was meant for the one before. */
  private void requireSame() throws IOException, Unreached {
    if (FileFacts.of(name).filter(facts -> facts.key().equals(key)).isEmpty()) {
      throw new Unreached(new IOException("another listener has taken the name"));
    }
  }

  /** Announces the pair; waits while the listener's FIFO is full. */
  private void knock(byte[] announcement) throws Unreached {
    try (WriteEnd door = Door.open(name)) {
      synchronized (this) {
        knocking = door;
      }
      requireWanted();
      door.write(ByteBuffer.wrap(announcement));
    } catch (IOException e) {
      requireWanted();
      throw new Unreached(e);
    } finally {
      synchronized (this) {
        knocking = null;
      }
    }
  }
}
