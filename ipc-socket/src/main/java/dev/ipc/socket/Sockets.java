// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.io.IOException;
import java.net.SocketAddress;

/** Makes sockets of one kind: the JDK's, or those of Netty's epoll. */
interface Sockets {
  /**
   * Begins to connect; without success yet, the wire becomes writable when it is decided.
   *
   * @throws IOException if it is decided already: nobody is there, or the listener's queue is full
   */
  Wire connect(SocketAddress address) throws IOException;

  /** Binds and listens. */
  ServerWire listen(SocketAddress address) throws IOException;
}
