// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.Users;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/** A socket of Netty's native library. */
final class EpollWire implements Wire {
  /**
   * Netty removes a descriptor without wishes for good; this keeps it, for an edge that never
   * comes.
   */
  static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int CREDENTIALS = 12;
  private static final int READABLE =
      EpollIoOps.EPOLLIN.value() | EpollIoOps.EPOLLERR.value() | 0x10; // EPOLLHUP

  private final Socket socket;
  private final boolean unix;
  private boolean connected;
  private EpollIoOps wanted = EpollIoOps.NONE;

  EpollWire(Socket socket, boolean unix, boolean connected) {
    this.socket = socket;
    this.unix = unix;
    this.connected = connected;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count = socket.read(target, target.position(), target.limit());
    if (count > 0) {
      target.position(target.position() + count);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (!source.hasRemaining()) {
      return 0;
    }
    ByteBuffer direct = source.isDirect() ? source : direct(source);
    int count = socket.write(direct, direct.position(), direct.limit());
    source.position(source.position() + count);
    return count;
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdown(false, true);
  }

  @Override
  public Optional<UserPrincipal> peerUser() throws IOException {
    if (!unix) {
      return Optional.empty();
    }
    ByteBuffer credentials = ByteBuffer.allocateDirect(CREDENTIALS).order(ByteOrder.nativeOrder());
    socket.getRawOpt(SOL_SOCKET, SO_PEERCRED, credentials);
    String uid = Integer.toUnsignedString(credentials.getInt(Integer.BYTES));
    // Equal principals, but only one of them knows its name.
    return Users.lookup(uid).map(user -> user.equals(Users.self()) ? Users.self() : user);
  }

  @Override
  public void finishConnect() throws IOException {
    if (!connected) {
      connected = socket.finishConnect();
    }
    if (connected && !unix && socket.localAddress().equals(socket.remoteAddress())) {
      throw new ConnectException("the connect has met itself, nobody listens");
    }
  }

  @Override
  public IoHandle handle(Target target) {
    return new EpollHandle(
        socket,
        ops -> {
          if ((ops & EpollIoOps.EPOLLOUT.value()) != 0) {
            target.writable();
          }
          if ((ops & READABLE) != 0) {
            target.readable();
          }
        },
        target::loopClosing);
  }

  @Override
  public void interest(IoRegistration registration, boolean reading, boolean writing) {
    EpollIoOps ops = reading ? EpollIoOps.EPOLLIN : NOTHING;
    if (writing) {
      ops = reading ? ops.with(EpollIoOps.EPOLLOUT) : EpollIoOps.EPOLLOUT;
    }
    if (!ops.equals(wanted) && registration.isValid()) {
      wanted = ops;
      registration.submit(ops);
    }
  }

  @Override
  public void close() {
    close(socket);
  }

  private static ByteBuffer direct(ByteBuffer source) {
    return ByteBuffer.allocateDirect(source.remaining()).put(source.duplicate()).flip();
  }

  static void close(Socket socket) {
    try {
      if (socket.isOpen()) {
        socket.close();
      }
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
  }
}
