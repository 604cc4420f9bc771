// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** Netty over each kind of socket, at its best and at its default. */
public final class NettyPeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new NettyContender("netty-nio-unix", SocketKind.NIO_UNIX, Setting.TUNED),
        new NettyContender("netty-nio-unix-default", SocketKind.NIO_UNIX, Setting.DEFAULT),
        new NettyContender("netty-epoll-unix", SocketKind.EPOLL_UNIX, Setting.TUNED),
        new NettyContender("netty-epoll-unix-batch", SocketKind.EPOLL_UNIX, Setting.BATCHED),
        new NettyContender("netty-epoll-unix-busy", SocketKind.EPOLL_UNIX, Setting.BUSY),
        new NettyContender("netty-epoll-unix-default", SocketKind.EPOLL_UNIX, Setting.DEFAULT),
        new NettyContender("netty-nio-tcp", SocketKind.NIO_TCP, Setting.TUNED),
        new NettyContender("netty-nio-tcp-default", SocketKind.NIO_TCP, Setting.DEFAULT),
        new NettyContender("netty-epoll-tcp", SocketKind.EPOLL_TCP, Setting.TUNED),
        new NettyContender("netty-epoll-tcp-batch", SocketKind.EPOLL_TCP, Setting.BATCHED),
        new NettyContender("netty-epoll-tcp-busy", SocketKind.EPOLL_TCP, Setting.BUSY),
        new NettyContender("netty-epoll-tcp-default", SocketKind.EPOLL_TCP, Setting.DEFAULT));
  }
}
