// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.Listener;
import dev.ipc.Transport;
import dev.ipc.spi.BoundName;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.Connecting;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.Listeners;
import dev.ipc.spi.OptionKeys;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.TransportThread;
import dev.ipc.spi.WaitList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Pipes, in three schemes. Options beside those of every transport:
 *
 * <ul>
 *   <li>{@code fifo:/path} between any two processes of a user: the path is a FIFO through which
 *       clients announce themselves, each with two FIFOs of its own, which have no names once the
 *       connection stands. Needs the program {@code mkfifo}.
 *   <li>{@code fifo:/path?framing=line&role=reader} or {@code role=writer}: one direction of a FIFO
 *       that somebody made, for {@code echo hello > /path} and {@code cat /path}. Writers may come
 *       and go; a writer ends when it finds that nobody reads any more. The FIFO stays.
 *   <li>{@code exec:program argument}: starts a program, whose standard streams are the connection;
 *       {@link #exec} needs no quoting. No shell is involved. The program connects to {@code
 *       stdio:}; with {@code framing=} any filter is a peer. Its errors go to the log {@code
 *       dev.ipc.exec}. When the pipes are closed it has {@code exitTimeout} (500 ms) to exit, then
 *       it gets SIGTERM, after {@code killTimeout} (500 ms) SIGKILL; then the channel is closed and
 *       the report has its exit status.
 *   <li>{@code stdio:} is the child's side, once in a process: from then on {@code System.out}
 *       prints to the standard errors and {@code System.in} is empty. When the parent dies, the
 *       process exits {@code exitTimeout} later, or not, with {@code orphan=stay}.
 *   <li>{@code framing}: {@code native}, or {@code line}, {@code u16be}, {@code u32be}, {@code
 *       u32le} for programs that know nothing of us.
 * </ul>
 *
 * <p>Does not reach processes of other users, and does not carry messages to several readers. A
 * channel that is in use has a thread or two of its own; idle ones have one, which sleeps. A stream
 * over {@code fifo:} goes through a file of up to 256 KiB without a name, in the place for private
 * files; where there is no room for it, it is slower.
 *
 * <p>With {@code wait=spinning} it does not sleep: one thread of the process (half of the
 * processors) looks at its pipe again and again, and asks a silent peer every 100 ms whether it
 * lives. With a plain framing, where the end of the stream is all there is, every strategy sleeps 5
 * ms after the last traffic.
 */
public final class PipeTransport implements Transport {
  private static final int POOL = 4 * 1024 * 1024;
  private static final int LARGEST_POOLED = 128 * 1024;
  private static final Duration END = Duration.ofSeconds(2);
  private static final String FIFO = "fifo";
  private static final String EXEC = "exec";
  private static final String STDIO = "stdio";
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          FIFO, Set.of(Settings.FRAMING, Role.KEY),
          EXEC, Set.of(Settings.FRAMING, Child.EXIT_TIMEOUT, Child.KILL_TIMEOUT),
          STDIO, Set.of(Settings.FRAMING, Child.EXIT_TIMEOUT, Orphan.KEY));

  private final BufferSource memory = BufferSource.pooledDirect(POOL, LARGEST_POOLED);
  private final Listeners listeners = new Listeners();

  /** What ends the connects that go on: when the transport closes, nobody else is left to. */
  private final Set<Runnable> connecting = ConcurrentHashMap.newKeySet();

  private final Set<PipeChannel> channels = ConcurrentHashMap.newKeySet();
  private final Set<Child> children = ConcurrentHashMap.newKeySet();
  private final WaitList gone = new WaitList();
  private Threads threads;
  private RuntimeDirectory place;
  private boolean closed;

  /** Makes the transport; its threads start with the first use. */
  public PipeTransport() {}

  /**
   * The endpoint of a program, without quoting.
   *
   * @param command the program and its arguments
   * @return such as {@code exec:python3 worker.py}, spaces encoded
   */
  public static Endpoint exec(List<String> command) {
    return Endpoint.of(EXEC, Command.address(command), Map.of());
  }

  @Override
  public Set<String> schemes() {
    return Set.of(FIFO, EXEC, STDIO);
  }

  @Override
  public Set<Capability> capabilities(Endpoint endpoint) {
    return Set.copyOf(Settings.capabilities(endpoint));
  }

  @Override
  public void check(Endpoint endpoint) {
    OptionKeys.check(endpoint, KEYS.get(endpoint.scheme()));
    Settings.framing(endpoint);
    switch (endpoint.scheme()) {
      case EXEC -> {
        Command.words(endpoint);
        Child.check(endpoint);
      }
      case STDIO -> {
        Orphan.exits(endpoint);
        Child.check(endpoint);
      }
      default -> {
        Role.of(endpoint);
        BoundName.checkPath(endpoint);
      }
    }
  }

  @Override
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    TransportThread.refuse("connect");
    Settings settings = settings(endpoint, config);
    return new Connecting<PipeChannel>(endpoint, config, result -> begin(settings, result))
        .connect();
  }

  private void begin(Settings settings, CompletableFuture<PipeChannel> result) {
    switch (settings.endpoint().scheme()) {
      case EXEC -> {
        ExecClient client = new ExecClient(settings, this, result);
        begin(settings, result, client, client::cancel);
      }
      case STDIO -> {
        Pipe streams = StdioClient.takeStreams(settings);
        StdioClient client = new StdioClient(settings, this, result, streams);
        begin(settings, result, client, client::cancel);
      }
      case FIFO -> {
        if (Role.of(settings.endpoint()) != Role.BOTH) {
          RawFifo fifo = new RawFifo(settings, this, result);
          begin(settings, result, fifo, fifo::cancel);
          return;
        }
        FifoClient client = new FifoClient(settings, this, result);
        begin(settings, result, client, client::cancel);
      }
      default -> throw new IllegalArgumentException(settings.endpoint().scheme());
    }
  }

  private void begin(
      Settings settings,
      CompletableFuture<PipeChannel> result,
      Runnable client,
      Runnable cancellation) {
    Runnable end = () -> result.completeExceptionally(contextClosed());
    synchronized (this) {
      if (closed) {
        throw contextClosed();
      }
      connecting.add(end);
    }
    try {
      settings.threads().run(client);
    } catch (RejectedExecutionException e) {
      connecting.remove(end);
      throw e;
    }
    CompletableFuture<PipeChannel> unused =
        result.whenComplete(
            (channel, error) -> {
              connecting.remove(end);
              if (error != null) {
                cancellation.run();
              }
            });
  }

  private static ClosedException contextClosed() {
    return new ClosedException("the context is closed");
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    if (!capabilities(endpoint).contains(Capability.LISTEN)) {
      throw new UnsupportedOperationException(
          "nobody listens at such an endpoint, endpoint=" + endpoint + "; connect on both sides");
    }
    Settings settings = settings(endpoint, config);
    Door door = new Door(endpoint);
    BoundName name = BoundName.bind(endpoint, BoundName.checkPath(endpoint), door);
    FifoListener listener = new FifoListener(settings, this, door, name);
    return listeners.open(listener, listener::open);
  }

  @Override
  public void close() {
    listeners.refuse();
    Threads running;
    RuntimeDirectory taken;
    synchronized (this) {
      closed = true;
      running = threads;
      taken = place;
      place = null;
    }
    listeners.closeAll();
    connecting.forEach(Runnable::run);
    channels.forEach(PipeChannel::contextCloses);
    if (running != null) {
      end(running);
    }
    if (taken != null) {
      taken.close();
    }
  }

  private void end(Threads running) {
    long deadline = Deadline.after(END);
    boolean patient = !TransportThread.isCurrent();
    if (patient) {
      gone.awaitUninterruptibly(() -> channels.isEmpty() && children.isEmpty(), deadline);
    }
    children.forEach(Child::kill);
    running.close();
    try {
      if (patient) {
        running.awaitEnd(Deadline.left(deadline));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has a child end with the transport. */
  void adopt(Child child) {
    children.add(child);
    child.whenSilent(
        () -> {
          children.remove(child);
          gone.wake();
        });
  }

  /** Where FIFOs are made. */
  synchronized RuntimeDirectory place(Endpoint endpoint) {
    listeners.requireOpen();
    if (place == null) {
      place = RuntimeDirectory.open(endpoint);
    }
    return place;
  }

  /** Has a channel end with the transport. */
  PipeChannel register(PipeChannel channel) {
    channels.add(channel);
    channel.closed().thenRun(() -> forget(channel));
    synchronized (this) {
      if (closed) {
        channel.contextCloses();
      }
    }
    return channel;
  }

  private void forget(PipeChannel channel) {
    channels.remove(channel);
    gone.wake();
  }

  void released(FifoListener listener) {
    listeners.remove(listener);
  }

  private synchronized Settings settings(Endpoint endpoint, ChannelConfig config) {
    listeners.requireOpen();
    if (threads == null) {
      threads = new Threads();
    }
    return new Settings(
        endpoint, config, Settings.framing(endpoint), memory, threads, () -> place(endpoint));
  }
}
