// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.peer.PortFile;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is underneath. */
enum SocketKind {
  NIO_UNIX(NioServerDomainSocketChannel.class, NioDomainSocketChannel.class),
  EPOLL_UNIX(EpollServerDomainSocketChannel.class, EpollDomainSocketChannel.class),
  NIO_TCP(NioServerSocketChannel.class, NioSocketChannel.class),
  EPOLL_TCP(EpollServerSocketChannel.class, EpollSocketChannel.class);

  private final Class<? extends ServerChannel> serving;
  private final Class<? extends Channel> asking;

  SocketKind(Class<? extends ServerChannel> serving, Class<? extends Channel> asking) {
    this.serving = serving;
    this.asking = asking;
  }

  Class<? extends ServerChannel> serving() {
    return serving;
  }

  Class<? extends Channel> asking() {
    return asking;
  }

  IoHandlerFactory io(SelectStrategyFactory selecting) {
    return this == NIO_UNIX || this == NIO_TCP
        ? NioIoHandler.newFactory(SelectorProvider.provider(), selecting)
        : EpollIoHandler.newFactory(0, selecting);
  }

  SocketAddress toBind(Path place) {
    return switch (this) {
      case NIO_UNIX, EPOLL_UNIX -> unix(place);
      case NIO_TCP, EPOLL_TCP -> PortFile.any();
    };
  }

  /** Tells the client where; closing the result removes the file. */
  AutoCloseable announce(Path place, SocketAddress bound) throws IOException {
    return bound instanceof InetSocketAddress inet
        ? PortFile.write(place, inet.getPort())
        : () -> Files.deleteIfExists(path(place));
  }

  SocketAddress toConnect(Path place) throws IOException {
    return switch (this) {
      case NIO_UNIX, EPOLL_UNIX -> unix(place);
      case NIO_TCP, EPOLL_TCP -> PortFile.read(place);
    };
  }

  private SocketAddress unix(Path place) {
    return this == NIO_UNIX
        ? UnixDomainSocketAddress.of(path(place))
        : new DomainSocketAddress(path(place).toFile());
  }

  private static Path path(Path place) {
    return place.resolve("netty.sock");
  }
}
