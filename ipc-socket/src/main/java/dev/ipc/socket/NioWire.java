// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** A socket of the JDK: no native code of ours, no warning on any JDK. */
final class NioWire implements Wire {
  private static final NioIoOps CONNECT_OR_WRITE = NioIoOps.WRITE.with(NioIoOps.CONNECT);

  private final SocketChannel socket;
  private final ByteBuffer[] gathered = new ByteBuffer[2];
  private NioIoOps wanted = NioIoOps.NONE;

  NioWire(SocketChannel socket) {
    this.socket = socket;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return socket.read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return socket.write(source);
  }

  @Override
  public long write(ByteBuffer header, ByteBuffer payload) throws IOException {
    gathered[0] = header;
    gathered[1] = payload;
    try {
      return socket.write(gathered);
    } finally {
      gathered[1] = null;
    }
  }

  /** The JDK looks after a socket that is closed under a write. */
  @Override
  public boolean takesAnyThread() {
    return true;
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public Optional<UserPrincipal> peerUser() throws IOException {
    if (socket.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
      return Optional.of(socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
    }
    return Optional.empty();
  }

  @Override
  public void finishConnect() throws IOException {
    socket.finishConnect();
    if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)
        && socket.getLocalAddress().equals(socket.getRemoteAddress())) {
      throw new ConnectException("the connect has met itself, nobody listens");
    }
  }

  @Override
  public IoHandle handle(Target target) {
    return new Handle(target);
  }

  @Override
  public void interest(IoRegistration registration, boolean reading, boolean writing) {
    NioIoOps ops = reading ? NioIoOps.READ : NioIoOps.NONE;
    if (writing) {
      ops = ops.with(socket.isConnected() ? NioIoOps.WRITE : NioIoOps.CONNECT);
    }
    if (!ops.equals(wanted) && registration.isValid()) {
      wanted = ops;
      registration.submit(ops);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
  }

  private final class Handle implements NioIoHandle {
    private final Target target;

    Handle(Target target) {
      this.target = target;
    }

    @Override
    public SelectableChannel selectableChannel() {
      return socket;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      NioIoOps ready = ((NioIoEvent) event).ops();
      if (ready.isIncludedIn(CONNECT_OR_WRITE.value())) {
        target.writable();
      }
      if (ready.isIncludedIn(SelectionKey.OP_READ)) {
        target.readable();
      }
    }

    @Override
    public void close() {
      target.loopClosing();
    }
  }
}
