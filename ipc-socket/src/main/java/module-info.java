// SPDX-License-Identifier: Apache-2.0
/** TCP and Unix domain sockets. */
module dev.ipc.socket {
  requires transitive dev.ipc.api;
  requires io.netty.common;
  requires io.netty.transport;
  requires static io.netty.transport.classes.epoll;
  requires static io.netty.transport.unix.common;
  requires jdk.net;
  requires org.slf4j;

  exports dev.ipc.socket;

  provides dev.ipc.Transport with
      dev.ipc.socket.SocketTransport;
}
