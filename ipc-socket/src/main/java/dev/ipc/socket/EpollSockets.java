// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Sockets of Netty's native library, in its epoll. */
final class EpollSockets implements Sockets {
  private static final int LONGEST_ADDRESS = 128;

  /** How Netty writes EAGAIN, which a Unix socket with a full queue answers. */
  private static final String FULL = "error(" + Errors.ERRNO_EAGAIN_NEGATIVE + ")";

  /** What Netty makes of EADDRINUSE. */
  private static final int IN_USE = -98;

  @Override
  public Wire connect(SocketAddress address) throws IOException {
    Socket socket = open(address);
    try {
      return new EpollWire(socket, isUnix(address), socket.connect(natively(address)));
    } catch (IOException | RuntimeException e) {
      socket.close();
      if (e instanceof ConnectException && String.valueOf(e.getMessage()).contains(FULL)) {
        throw new IOException(e.getMessage(), e); // not refused, as with the JDK's sockets
      }
      throw e;
    }
  }

  @Override
  public ServerWire listen(SocketAddress address) throws IOException {
    Socket socket = open(address);
    try {
      if (!isUnix(address)) {
        socket.setReuseAddress(true);
      }
      bind(socket, address);
      return new Server(socket, isUnix(address));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static void bind(Socket socket, SocketAddress address) throws IOException {
    try {
      socket.bind(natively(address));
      socket.listen(ServerWire.BACKLOG); // of two that could bind, this one tells who is late
    } catch (Errors.NativeIoException e) {
      if (e.expectedErr() != IN_USE) {
        throw e;
      }
      BindException same = new BindException("Address already in use");
      same.initCause(e);
      throw same;
    }
  }

  private static Socket open(SocketAddress address) throws IOException {
    if (isUnix(address)) {
      return Socket.newSocketDomain();
    }
    Socket socket = Socket.newSocketStream();
    configure(socket);
    return socket;
  }

  private static void configure(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
  }

  private static boolean isUnix(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress;
  }

  private static SocketAddress natively(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress unix
        ? new DomainSocketAddress(unix.getPath().toFile())
        : address;
  }

  private static final class Server implements ServerWire {
    private final Socket socket;
    private final boolean unix;

    Server(Socket socket, boolean unix) {
      this.socket = socket;
      this.unix = unix;
    }

    @Override
    public Wire accept() throws IOException {
      int descriptor = socket.accept(new byte[LONGEST_ADDRESS]);
      if (descriptor < 0) {
        return null;
      }
      Socket accepted = new Socket(descriptor);
      if (!unix) {
        configure(accepted);
      }
      return new EpollWire(accepted, unix, true);
    }

    @Override
    public SocketAddress localAddress() {
      InetSocketAddress local = unix ? null : socket.localAddress();
      return local;
    }

    @Override
    public boolean isReleased() {
      return !socket.isOpen();
    }

    @Override
    public void interest(IoRegistration registration, boolean accepting) {
      if (registration.isValid()) {
        registration.submit(accepting ? EpollIoOps.EPOLLIN : EpollWire.NOTHING);
      }
    }

    @Override
    public IoHandle handle(Runnable acceptable) {
      return new EpollHandle(
          socket,
          ops -> {
            if (ops != 0) {
              acceptable.run();
            }
          },
          this::close);
    }

    @Override
    public void close() {
      EpollWire.close(socket);
    }
  }
}
