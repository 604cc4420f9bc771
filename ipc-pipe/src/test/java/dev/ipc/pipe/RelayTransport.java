// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.EndpointInUseException;
import dev.ipc.Listener;
import dev.ipc.Transport;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.AbstractListener;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.Framing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * {@code exec:} and {@code stdio:} with both ends in one process, so that the kit can hold them: a
 * connect starts a program, which copies its standard streams to and from two FIFOs, and what is at
 * their other ends is taken for the standard streams of a child.
 */
public final class RelayTransport implements Transport {
  private static final Map<String, RelayListener> NAMES = new ConcurrentHashMap<>();
  private static final Endpoint CHILD = Endpoint.of("stdio", "", Map.of(Orphan.KEY, "stay"));

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
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    RelayListener listener = NAMES.get(endpoint.address());
    if (listener == null) {
      throw new EndpointAbsentException("nobody listens, endpoint=" + endpoint);
    }
    try {
      return listener.connect(pipes, endpoint, config);
    } catch (IOException | ExecutionException e) {
      throw new TransportFailedException("no relay", e);
    }
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    RelayListener listener = new RelayListener(endpoint, config);
    if (NAMES.putIfAbsent(endpoint.address(), listener) != null) {
      throw new EndpointInUseException("in use, endpoint=" + endpoint);
    }
    return listener;
  }

  @Override
  public void close() {
    pipes.close();
    threads.close();
  }

  private final class RelayListener extends AbstractListener {
    private final ChannelConfig config;

    RelayListener(Endpoint endpoint, ChannelConfig config) {
      super(endpoint);
      this.config = config;
    }

    @SuppressWarnings("try") // what is held is only to be open
    Channel connect(PipeTransport parent, Endpoint endpoint, ChannelConfig theirs)
        throws IOException, InterruptedException, ExecutionException {
      Path directory = Files.createTempDirectory("relay");
      Path down = directory.resolve("down");
      Path up = directory.resolve("up");
      Mkfifo.make(down, up);
      try (FileChannel holdsDown = FifoPair.hold(down);
          FileChannel holdsUp = FifoPair.hold(up)) {
        Pipe streams = new Pipe(ReadEnd.open(down), WriteEnd.open(up));
        Settings settings =
            new Settings(CHILD, config, Framing.of("native"), BufferSource.heap(), threads);
        CompletableFuture<PipeChannel> child = new CompletableFuture<>();
        threads.run(new StdioClient(settings, pipes, child, streams));
        String script = "cat <" + up + " & exec cat >" + down;
        Endpoint relay =
            Endpoint.of("exec", Command.address(List.of("sh", "-c", script)), endpoint.options());
        Channel channel = parent.connect(relay, theirs);
        reserve();
        accepted(child.get());
        return channel;
      } finally {
        Files.delete(down);
        Files.delete(up);
        Files.delete(directory);
      }
    }

    @Override
    protected void release() {
      NAMES.remove(endpoint().address(), this);
    }

    @Override
    protected void execute(Runnable task) {
      task.run();
    }
  }
}
