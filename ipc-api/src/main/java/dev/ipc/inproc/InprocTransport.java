// SPDX-License-Identifier: Apache-2.0
package dev.ipc.inproc;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.EndpointInUseException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.Listener;
import dev.ipc.Transport;
import dev.ipc.spi.Deadline;
import dev.ipc.spi.OptionKeys;
import dev.ipc.spi.TransportThread;
import dev.ipc.spi.WaitList;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * {@code inproc:name}: the contract in its simplest form, for tests and for parts of one program.
 * Names belong to the process, not to a context.
 */
public final class InprocTransport implements Transport {
  private static final Set<Capability> CAPABILITIES =
      Set.copyOf(
          EnumSet.of(
              Capability.LISTEN,
              Capability.HANDSHAKE,
              Capability.RELIABLE,
              Capability.ORDERED,
              Capability.HALF_CLOSE,
              Capability.DRAIN,
              Capability.PEER_DEATH,
              Capability.ZERO_COPY_SEND,
              Capability.ZERO_COPY_RECEIVE));

  static final Map<String, InprocListener> NAMES = new ConcurrentHashMap<>();

  /** Clients wait here for a name to appear or for a place in an accept queue. */
  static final WaitList CLIENTS = new WaitList();

  private volatile boolean closed;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          TransportThread.factory("ipc-inproc"));

  /** Makes the transport; threads start with the first handler. */
  public InprocTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("inproc");
  }

  @Override
  public Set<Capability> capabilities(Endpoint endpoint) {
    return CAPABILITIES;
  }

  @Override
  public void check(Endpoint endpoint) {
    OptionKeys.check(endpoint, Set.of());
    if (endpoint.address().isEmpty()) {
      throw new InvalidEndpointException(
          "the address is empty, endpoint=" + endpoint + "; write any name");
    }
  }

  @Override
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    TransportThread.refuse("connect");
    requireOpen();
    long deadline = Deadline.after(config.connectTimeout());
    while (true) {
      InprocListener listener = NAMES.get(endpoint.address());
      Channel channel = listener == null ? null : listener.welcome(endpoint, config, this);
      if (channel != null) {
        return channel;
      }
      boolean hope = CLIENTS.await(() -> closed || worthTrying(endpoint), deadline);
      requireOpen();
      if (!hope) {
        throw listener == null
            ? new EndpointAbsentException(
                "nobody listens, endpoint="
                    + endpoint
                    + ", connectTimeout="
                    + config.connectTimeout()
                    + "; start the listener first or wait longer")
            : new IpcTimeoutException(
                "the listener has no room for another client, endpoint="
                    + endpoint
                    + ", connectTimeout="
                    + config.connectTimeout()
                    + "; it accepts too slowly");
      }
    }
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    InprocListener listener = new InprocListener(endpoint, config, this);
    if (NAMES.putIfAbsent(endpoint.address(), listener) != null) {
      throw new EndpointInUseException(
          "a listener owns the name, endpoint=" + endpoint + "; choose another name");
    }
    try {
      own(listener);
    } catch (ClosedException e) {
      listener.close();
      throw e;
    }
    CLIENTS.wake();
    return listener;
  }

  @Override
  public void close() {
    closed = true;
    for (AutoCloseable thing : open) {
      if (thing instanceof InprocChannel channel) {
        channel.abort();
      } else if (thing instanceof InprocListener listener) {
        listener.close();
      }
    }
    CLIENTS.wake();
    threads.shutdown();
  }

  ExecutorService threads() {
    return threads;
  }

  void own(AutoCloseable thing) {
    open.add(thing);
    if (closed) { // whoever closes has seen it, or we see the close
      open.remove(thing);
    }
    requireOpen();
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("the context is closed");
    }
  }

  void disown(AutoCloseable thing) {
    open.remove(thing);
  }

  static Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  private static boolean worthTrying(Endpoint endpoint) {
    InprocListener listener = NAMES.get(endpoint.address());
    return listener != null && listener.hasPlace();
  }
}
