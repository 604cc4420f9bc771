// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The JDK's sockets. */
final class NioSockets implements Sockets {
  @Override
  public Wire connect(SocketAddress address) throws IOException {
    SocketChannel socket =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      configure(socket);
      socket.connect(address);
      return new NioWire(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public ServerWire listen(SocketAddress address) throws IOException {
    ServerSocketChannel server =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    try {
      server.configureBlocking(false);
      if (address instanceof InetSocketAddress) {
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      server.bind(address, ServerWire.BACKLOG);
      return new Server(server);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void configure(SocketChannel socket) throws IOException {
    socket.configureBlocking(false);
    if (socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
  }

  private static final class Server implements ServerWire {
    private final ServerSocketChannel server;

    Server(ServerSocketChannel server) {
      this.server = server;
    }

    @Override
    public Wire accept() throws IOException {
      SocketChannel socket = server.accept();
      if (socket == null) {
        return null;
      }
      try {
        configure(socket);
        return new NioWire(socket);
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public SocketAddress localAddress() throws IOException {
      return server.getLocalAddress();
    }

    @Override
    public boolean isReleased() {
      return !server.isOpen() && !server.isRegistered();
    }

    @Override
    public void interest(IoRegistration registration, boolean accepting) {
      if (registration.isValid()) {
        registration.submit(accepting ? NioIoOps.ACCEPT : NioIoOps.NONE);
      }
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        // The descriptor is released all the same.
      }
    }

    @Override
    public IoHandle handle(Runnable acceptable) {
      return new Handle(acceptable);
    }

    private final class Handle implements NioIoHandle {
      private final Runnable acceptable;

      Handle(Runnable acceptable) {
        this.acceptable = acceptable;
      }

      @Override
      public SelectableChannel selectableChannel() {
        return server;
      }

      @Override
      public void handle(IoRegistration registration, IoEvent event) {
        acceptable.run();
      }

      @Override
      public void close() {
        Server.this.close();
      }
    }
  }
}
