// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.IpcException;
import dev.ipc.TransportFailedException;
import dev.ipc.UnusableEndpointException;
import dev.ipc.pipe.PipeChannel.Aftermath;
import dev.ipc.spi.BoundName;
import dev.ipc.spi.Connecting.Unreached;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.FileFacts;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * One direction of a FIFO that somebody made, for programs that know nothing of us.
 *
 * <pre>
 *   reader   has the FIFO open for writing too, so writers may come and go
 *   writer   waits in the open until somebody reads; ends when nobody does any more
 * </pre>
 */
final class RawFifo implements Runnable {
  private static final Path NOTHING = Path.of("/dev/null");

  private final Settings settings;
  private final PipeTransport transport;
  private final CompletableFuture<PipeChannel> result;
  private final Path fifo;
  private volatile boolean cancelled;

  // Guarded by this.
  private boolean opened;

  /** Whoever opens the FIFO for writing finds a reader, as long as this is open. */
  private FileChannel reader;

  RawFifo(Settings settings, PipeTransport transport, CompletableFuture<PipeChannel> result) {
    this.settings = settings;
    this.transport = transport;
    this.result = result;
    this.fifo = BoundName.checkPath(settings.endpoint());
  }

  @Override
  public void run() {
    PipeChannel channel;
    try {
      channel = channel(open());
    } catch (IpcException | Unreached e) {
      result.completeExceptionally(e);
      return;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      result.completeExceptionally(
          new TransportFailedException(
              "cannot open the FIFO, endpoint=" + settings.endpoint() + ", cause=" + e, e));
      return;
    }
    transport.register(channel);
    if (!result.complete(channel)) {
      channel.abort();
    }
    channel.run(ByteBuffer.allocate(0));
  }

  /** Nobody waits any more: there is a reader until the open has come to its end. Any thread. */
  synchronized void cancel() {
    cancelled = true;
    if (!opened && reader == null) {
      try {
        reader = FifoPair.hold(fifo);
      } catch (IOException e) {
        // then nobody waits in the open
      }
    }
  }

  private synchronized void opened() {
    opened = true;
    if (reader != null) {
      Pipe.closeQuietly(reader);
    }
  }

  private PipeChannel channel(Pipe pipe) {
    try {
      return new PipeChannel(settings.plain(OptionalLong.empty()), settings, pipe, Aftermath.NONE);
    } catch (RuntimeException | OutOfMemoryError e) {
      pipe.close();
      throw e;
    }
  }

  private Pipe open() throws IOException, Unreached {
    try {
      requireFifo();
      return Role.of(settings.endpoint()) == Role.READER ? openReader() : openWriter();
    } finally {
      opened();
    }
  }

  private Pipe openReader() throws IOException {
    WriteEnd keeper = Door.open(fifo);
    try {
      return new Pipe(ReadEnd.open(fifo), keeper);
    } catch (IOException e) {
      keeper.close();
      throw e;
    }
  }

  private Pipe openWriter() throws IOException, Unreached {
    Future<?> deadline =
        settings.threads().later(this::cancel, Deadline.nanos(settings.config().connectTimeout()));
    WriteEnd out = WriteEnd.open(fifo);
    deadline.cancel(false);
    if (cancelled) {
      out.close();
      throw new Unreached(new IOException("nobody reads the FIFO"));
    }
    return new Pipe(new ReadEnd(new FileInputStream(NOTHING.toFile())), out);
  }

  private void requireFifo() throws IOException, Unreached {
    FileFacts facts = FileFacts.of(fifo).orElse(null);
    if (facts == null) {
      throw new Unreached(new NoSuchFileException(fifo + "; make it with mkfifo"));
    }
    if (!facts.isFifo()) {
      throw new UnusableEndpointException(
          "the endpoint's place holds no FIFO, found="
              + facts
              + ", endpoint="
              + settings.endpoint()
              + "; choose another path");
    }
  }
}
