// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.Transport;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.AbstractListener;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.Framing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code exec:} and {@code stdio:} with a name to meet at, so that the kit can hold both ends, in
 * one process or in two: a connect starts a program, which copies its standard streams to and from
 * two FIFOs, and what is at their other ends whoever listens takes for the standard streams of a
 * child. Where the FIFOs are is told over a {@code fifo:} channel.
 */
public final class RelayTransport implements Transport {
  private static final Endpoint CHILD = Endpoint.of("stdio", "", Map.of(Orphan.KEY, "stay"));
  private static final String DOWN = "down";
  private static final String UP = "up";

  private final PipeTransport pipes = new PipeTransport();
  private final Threads threads = new Threads();

  /** Makes the transport. */
  public RelayTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("exec");
  }

  @Override
  public Set<Capability> capabilities(Endpoint endpoint) {
    return pipes.capabilities(endpoint);
  }

  @Override
  public void check(Endpoint endpoint) {
    pipes.check(endpoint);
  }

  @Override
  @SuppressWarnings("try") // what is held is only to be open
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    try {
      Path directory = Files.createTempDirectory(Path.of(endpoint.address()).getParent(), "relay");
      Path down = directory.resolve(DOWN);
      Path up = directory.resolve(UP);
      Mkfifo.make(down, up);
      try (FileChannel holdsDown = FifoPair.hold(down);
          FileChannel holdsUp = FifoPair.hold(up)) {
        haveOpened(endpoint, directory);
        String script = "cat <" + up + " & exec cat >" + down;
        Endpoint relay =
            Endpoint.of("exec", Command.address(List.of("sh", "-c", script)), endpoint.options());
        return pipes.connect(relay, config);
      } finally {
        Files.delete(down);
        Files.delete(up);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new TransportFailedException("no relay", e);
    }
  }

  private void haveOpened(Endpoint endpoint, Path directory)
      throws IOException, InterruptedException {
    try (Channel call = pipes.connect(meeting(endpoint), ChannelConfig.defaults())) {
      call.send(Programs.text(directory.toString()));
      if (call.receive(done -> {}, Programs.PATIENCE) != ReceiveResult.RECEIVED) {
        throw new IOException("whoever listened is gone, endpoint=" + endpoint);
      }
    }
  }

  private static Endpoint meeting(Endpoint endpoint) {
    return Endpoint.of("fifo", endpoint.address(), Map.of());
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    return new RelayListener(endpoint, config);
  }

  @Override
  public void close() {
    pipes.close();
    threads.close();
  }

  private final class RelayListener extends AbstractListener {
    private final ChannelConfig config;
    private final Listener calls;

    RelayListener(Endpoint endpoint, ChannelConfig config) {
      super(endpoint);
      this.config = config;
      this.calls = pipes.listen(meeting(endpoint), ChannelConfig.defaults());
      calls.onAccept(call -> call.onMessage(directory -> open(call, directory)));
    }

    private void open(Channel call, ByteBuffer where) {
      Path directory = Path.of(Programs.text(where));
      try {
        Pipe streams =
            new Pipe(ReadEnd.open(directory.resolve(DOWN)), WriteEnd.open(directory.resolve(UP)));
        Settings settings =
            new Settings(
                CHILD,
                config,
                Framing.of("native"),
                BufferSource.heap(),
                threads,
                () -> pipes.place(CHILD));
        CompletableFuture<PipeChannel> child = new CompletableFuture<>();
        CompletableFuture<Void> unused = child.thenAccept(this::connected);
        threads.run(new StdioClient(settings, pipes, child, streams));
        call.trySend(where);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void connected(PipeChannel child) {
      reserve();
      accepted(child);
    }

    @Override
    protected void release() {
      calls.close();
    }

    @Override
    protected void execute(Runnable task) {
      task.run();
    }
  }
}
