// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import dev.ipc.Listener;
import dev.ipc.Transport;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.Connecting;
import dev.ipc.spi.Listeners;
import dev.ipc.spi.OptionKeys;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.ShortPath;
import dev.ipc.spi.SocketName;
import dev.ipc.spi.TransportThread;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code shm:/path}: messages through shared memory between processes of one user, with the
 * contract of a socket, because there is one: the path is a Unix domain socket, for the handshake,
 * the bell and the end. One option beside those of every transport:
 *
 * <ul>
 *   <li>{@code ring}: how many bytes of messages each direction may hold, a power of two from
 *       {@code 4k} to {@code 256m}, by default {@code 1m}; of both sides' the smaller one holds. It
 *       takes the place of {@code sendBuffer} and {@code receiveBuffer}.
 * </ul>
 *
 * <p>A path is at most 107 bytes long. A message that is longer than a quarter of the ring is
 * copied once more on both sides. The memory is in {@code $XDG_RUNTIME_DIR}, or in {@code
 * /dev/shm}; each connection has two rings, and no name in the file system once it stands.
 */
public final class ShmTransport implements Transport {
  private static final int BACKLOG = 1024;
  private static final int POOL = 256 * 1024;
  private static final int LARGEST_POOLED = 4 * 1024;
  private static final long END_NANOS = 2_000_000_000L;
  private static final Set<String> KEYS = Set.of(RingOption.KEY);

  private final BufferSource memory = BufferSource.pooledDirect(POOL, LARGEST_POOLED);
  private final Listeners listeners = new Listeners();
  private Poller poller;
  private RuntimeDirectory segments;

  /** Makes the transport; its thread starts with the first use. */
  public ShmTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("shm");
  }

  @Override
  public Set<Capability> capabilities(Endpoint endpoint) {
    return Settings.CAPABILITIES;
  }

  @Override
  public void check(Endpoint endpoint) {
    for (String key : Set.of(PeerCheck.ALLOW, PeerCheck.REQUIRE)) {
      if (endpoint.option(key).isPresent()) {
        throw new InvalidEndpointException(
            "shared memory is for processes of one user, key="
                + key
                + ", endpoint="
                + endpoint
                + "; use unix: for several users");
      }
    }
    OptionKeys.check(endpoint, KEYS);
    SocketName.checkPath(endpoint);
    int unused = RingOption.of(endpoint);
  }

  @Override
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    TransportThread.refuse("connect");
    Settings settings = settings(endpoint, config);
    return new Connecting<ShmChannel>(
            endpoint, config, result -> settings.poller().execute(() -> connect(settings, result)))
        .connect();
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    Settings settings = settings(endpoint, config);
    ShmListener listener = new ShmListener(settings, bind(endpoint), listeners::remove);
    return listeners.open(listener, listener::open);
  }

  @Override
  public void close() {
    listeners.refuse();
    Poller running;
    RuntimeDirectory place;
    synchronized (this) {
      running = poller;
      place = segments;
      segments = null;
    }
    listeners.closeAll();
    if (running != null) {
      running.close();
      boolean interrupted = !awaitEnd(running);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (place != null) {
      place.close();
    }
  }

  private static boolean awaitEnd(Poller running) {
    try {
      if (!TransportThread.isCurrent()) {
        running.awaitEnd(END_NANOS);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** One attempt of a client, on the poller. */
  private static void connect(Settings settings, CompletableFuture<ShmChannel> result) {
    try {
      shakeHands(settings, open(settings.endpoint()), result);
    } catch (IOException e) {
      result.completeExceptionally(Connecting.reachedName(settings.endpoint(), e));
    } catch (RuntimeException | OutOfMemoryError e) {
      result.completeExceptionally(e);
    }
  }

  private static void shakeHands(
      Settings settings, SocketChannel socket, CompletableFuture<ShmChannel> result)
      throws IOException {
    try {
      ControlSocket control = new ControlSocket(settings.poller(), socket, settings.memory());
      ClientHandshake handshake = new ClientHandshake(settings, control, result);
      result.exceptionally(
          error -> {
            settings.poller().executeIfOpen(handshake::cancel);
            return null;
          });
      handshake.begin();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      socket.close();
      throw e;
    }
  }

  private static SocketChannel open(Endpoint endpoint) throws IOException {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    try (ShortPath path = ShortPath.toSocket(SocketName.checkPath(endpoint), endpoint)) {
      socket.configureBlocking(false); // a Unix socket connects at once or not at all
      socket.connect(UnixDomainSocketAddress.of(path.path()));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private ShmListener.Bound bind(Endpoint endpoint) {
    RuntimeDirectory place = segments(endpoint);
    ServerSocketChannel[] server = new ServerSocketChannel[1];
    SocketName name =
        SocketName.bind(
            endpoint,
            SocketName.checkPath(endpoint),
            PosixFilePermissions.fromString("rw-------"),
            temporary -> {
              server[0] = listen(temporary);
              return server[0];
            });
    return new ShmListener.Bound(server[0], name, place);
  }

  private static ServerSocketChannel listen(Path path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.configureBlocking(false);
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private synchronized Settings settings(Endpoint endpoint, ChannelConfig config) {
    listeners.requireOpen();
    if (poller == null) {
      poller = Poller.start();
    }
    return new Settings(endpoint, config, poller, memory);
  }

  private synchronized RuntimeDirectory segments(Endpoint endpoint) {
    listeners.requireOpen();
    if (segments == null) {
      segments = RuntimeDirectory.open(endpoint);
    }
    return segments;
  }
}
