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
import dev.ipc.spi.ChannelTraits;
import dev.ipc.spi.Connecting;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.OptionKeys;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.TransportThread;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/** Pipes. */
public final class PipeTransport implements Transport {
  private static final int POOL = 4 * 1024 * 1024;
  private static final int LARGEST_POOLED = 128 * 1024;
  private static final Duration END = Duration.ofSeconds(2);
  private static final Set<String> KEYS = Set.of(Settings.FRAMING);

  private final BufferSource memory = BufferSource.pooledDirect(POOL, LARGEST_POOLED);
  private final Set<FifoListener> listeners = ConcurrentHashMap.newKeySet();
  private final Set<PipeChannel> channels = ConcurrentHashMap.newKeySet();
  private Threads threads;
  private RuntimeDirectory place;
  private boolean closed;

  /** Makes the transport; its threads start with the first use. */
  public PipeTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("fifo");
  }

  @Override
  public Set<Capability> capabilities(Endpoint endpoint) {
    return Set.copyOf(Settings.capabilities(endpoint));
  }

  @Override
  public void check(Endpoint endpoint) {
    OptionKeys.check(endpoint, KEYS);
    Settings.framing(endpoint);
    BoundName.checkPath(endpoint);
  }

  @Override
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    TransportThread.refuse("connect");
    Settings settings = settings(endpoint, config);
    return new Connecting<PipeChannel>(
            endpoint,
            config,
            result -> {
              FifoClient client = new FifoClient(settings, this, result);
              result.exceptionally(
                  error -> {
                    client.cancel();
                    return null;
                  });
              settings.threads().run(client);
            })
        .connect();
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    Settings settings = settings(endpoint, config);
    Door door = new Door(endpoint);
    BoundName name = BoundName.bind(endpoint, BoundName.checkPath(endpoint), door);
    FifoListener listener = new FifoListener(settings, this, door, name);
    listeners.add(listener);
    try {
      listener.open();
      requireOpen(); // whoever closes the context has seen the listener, or we see the close
    } catch (RejectedExecutionException | ClosedException e) {
      listener.close();
      throw new ClosedException("the context is closed");
    }
    return listener;
  }

  @Override
  public void close() {
    Threads running;
    RuntimeDirectory taken;
    synchronized (this) {
      closed = true;
      running = threads;
      taken = place;
      place = null;
    }
    listeners.forEach(Listener::close);
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
    running.close();
    try {
      if (!TransportThread.isCurrent()) {
        running.awaitEnd(Deadline.left(deadline));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where FIFOs are made. */
  synchronized RuntimeDirectory place(Endpoint endpoint) {
    requireOpen();
    if (place == null) {
      place = RuntimeDirectory.open(endpoint);
    }
    return place;
  }

  /** A channel that ends with the transport. */
  PipeChannel channel(ChannelTraits traits, Settings settings, Pipe pipe) {
    PipeChannel channel = new PipeChannel(traits, settings, pipe, channels::remove);
    channels.add(channel);
    synchronized (this) {
      if (closed) {
        channel.contextCloses();
      }
    }
    return channel;
  }

  void released(FifoListener listener) {
    listeners.remove(listener);
  }

  private synchronized Settings settings(Endpoint endpoint, ChannelConfig config) {
    requireOpen();
    if (threads == null) {
      threads = new Threads();
    }
    return new Settings(endpoint, config, Settings.framing(endpoint), memory, threads);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new ClosedException("the context is closed");
    }
  }
}
