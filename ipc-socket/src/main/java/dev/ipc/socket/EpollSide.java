// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.TransportFailedException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;

/**
 * What {@code io=epoll} needs, apart from the rest so that Netty's native classes are touched only
 * when they are asked for.
 *
 * @param sockets makes the sockets
 * @param loops where they run
 */
record EpollSide(Sockets sockets, Loops loops) {
  static EpollSide create() {
    try {
      Epoll.ensureAvailability();
    } catch (LinkageError e) {
      throw new TransportFailedException(
          "io=epoll is not available, cause="
              + e
              + "; add netty-transport-native-epoll for this platform, or use io=nio",
          e);
    }
    return new EpollSide(new EpollSockets(), new Loops(EpollIoHandler.newFactory()));
  }
}
