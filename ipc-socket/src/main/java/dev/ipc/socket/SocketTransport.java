// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import dev.ipc.Listener;
import dev.ipc.Transport;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.BufferSource;
import dev.ipc.spi.Listeners;
import dev.ipc.spi.OptionKeys;
import dev.ipc.spi.PeerCheck;
import dev.ipc.spi.SocketName;
import dev.ipc.spi.TransportThread;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Set;

/**
 * {@code unix:/path} and {@code tcp:host:port}. Options beside those of every transport:
 *
 * <ul>
 *   <li>{@code framing}: {@code native} (the default), or {@code u32be}, {@code u32le}, {@code
 *       u16be}, {@code line} to join programs that speak these
 *   <li>{@code io}: {@code nio} (the default), or {@code epoll}, which needs Netty's native library
 *   <li>{@code allow} ({@code unix:} listeners): which users may connect, {@code *} for anyone
 *   <li>{@code require} ({@code unix:} clients): which users may serve
 * </ul>
 *
 * <p>A path is at most 107 bytes long. A host may be a name or a literal address, IPv6 in brackets;
 * port 0 of a listener takes a free one.
 */
public final class SocketTransport implements Transport {
  static final String FRAMING = "framing";

  private static final String IO = "io";
  private static final Set<String> TCP_KEYS = Set.of(FRAMING, IO);
  private static final Set<String> UNIX_KEYS =
      Set.of(FRAMING, IO, PeerCheck.ALLOW, PeerCheck.REQUIRE);
  private static final int POOL = 8 * 1024 * 1024;
  private static final int LARGEST_POOLED = 256 * 1024;

  private final BufferSource memory = BufferSource.pooledDirect(POOL, LARGEST_POOLED);
  private final Listeners listeners = new Listeners();
  private final Sockets nioSockets = new NioSockets();
  private Loops nioLoops;
  private EpollSide epoll;

  /** Makes the transport; threads start with the first use. */
  public SocketTransport() {}

  @Override
  public Set<String> schemes() {
    return Set.of("tcp", "unix");
  }

  @Override
  public Set<Capability> capabilities(Endpoint endpoint) {
    return Set.copyOf(Setup.capabilities(endpoint));
  }

  @Override
  public void check(Endpoint endpoint) {
    OptionKeys.check(endpoint, Address.isUnix(endpoint) ? UNIX_KEYS : TCP_KEYS);
    Address.check(endpoint);
    Setup.framing(endpoint);
    isEpoll(endpoint);
    PeerCheck.checkOptions(endpoint);
  }

  @Override
  public Channel connect(Endpoint endpoint, ChannelConfig config) throws InterruptedException {
    TransportThread.refuse("connect");
    Address.requirePort(endpoint);
    return new Connector(setup(endpoint, config), sockets(endpoint), loops(endpoint)).connect();
  }

  @Override
  public Listener listen(Endpoint endpoint, ChannelConfig config) {
    Setup setup = setup(endpoint, config);
    Loops loops = loops(endpoint);
    SocketListener.Bound bound = Address.isUnix(endpoint) ? bindUnix(endpoint) : bindTcp(endpoint);
    SocketListener listener = new SocketListener(setup, bound, loops, listeners::remove);
    return listeners.open(listener, listener::open);
  }

  @Override
  public void close() {
    listeners.refuse();
    Loops nio;
    EpollSide native_;
    synchronized (this) {
      nio = nioLoops;
      native_ = epoll;
    }
    listeners.closeAll();
    if (nio != null) {
      nio.close();
    }
    if (native_ != null) {
      native_.loops().close();
    }
  }

  private Setup setup(Endpoint endpoint, ChannelConfig config) {
    if (!config.token().isEmpty() && !Setup.framing(endpoint).isNative()) {
      throw new InvalidEndpointException(
          "a plain framing has no place for a token, endpoint="
              + endpoint
              + "; use the native framing or no token");
    }
    return new Setup(endpoint, config, Setup.framing(endpoint), memory);
  }

  private SocketListener.Bound bindUnix(Endpoint endpoint) {
    PeerCheck clients = PeerCheck.ofClients(endpoint);
    Path path = SocketName.checkPath(endpoint);
    ServerWire[] server = new ServerWire[1];
    SocketName name =
        SocketName.bind(
            endpoint,
            path,
            clients.socketPermissions(),
            temporary -> {
              server[0] = sockets(endpoint).listen(UnixDomainSocketAddress.of(temporary));
              return server[0];
            });
    return new SocketListener.Bound(endpoint, server[0], name::close, clients);
  }

  private SocketListener.Bound bindTcp(Endpoint endpoint) {
    ServerWire server = new TcpPort(endpoint, sockets(endpoint)).bind();
    try {
      InetSocketAddress local = (InetSocketAddress) server.localAddress();
      return new SocketListener.Bound(Address.bound(endpoint, local), server, server, null);
    } catch (IOException e) {
      server.close();
      throw new TransportFailedException("the port is unknown, endpoint=" + endpoint, e);
    }
  }

  private static boolean isEpoll(Endpoint endpoint) {
    String io = endpoint.option(IO).orElse("nio");
    return switch (io) {
      case "nio" -> false;
      case "epoll" -> true;
      default ->
          throw new InvalidEndpointException(
              "the option is wrong, io=" + io + ", endpoint=" + endpoint + "; use nio or epoll");
    };
  }

  private Sockets sockets(Endpoint endpoint) {
    return isEpoll(endpoint) ? epoll().sockets() : nioSockets;
  }

  private Loops loops(Endpoint endpoint) {
    return isEpoll(endpoint) ? epoll().loops() : nio();
  }

  private synchronized Loops nio() {
    listeners.requireOpen();
    if (nioLoops == null) {
      nioLoops = new Loops(NioIoHandler.newFactory());
    }
    return nioLoops;
  }

  private synchronized EpollSide epoll() {
    listeners.requireOpen();
    if (epoll == null) {
      epoll = EpollSide.create();
    }
    return epoll;
  }
}
