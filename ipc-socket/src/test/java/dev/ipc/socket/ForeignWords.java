// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcException;
import dev.ipc.spi.BufferSource;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.time.Duration;

/** Sockets that fail in other words than English ones, and a program that connects with them. */
final class ForeignWords {
  private ForeignWords() {}

  /** Connects and prints what became of it. */
  public static void main(String[] args) throws InterruptedException {
    Endpoint endpoint = Endpoint.of(args[0]);
    try {
      connect(endpoint, translated(sockets(endpoint.option("io").orElse("nio"))));
      System.out.println("connected");
    } catch (IpcException e) {
      System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  static Sockets sockets(String io) {
    if (io.equals("nio")) {
      return new NioSockets();
    }
    Epoll.ensureAvailability();
    return new EpollSockets();
  }

  static Loops loops(String io) {
    return io.equals("nio") ? new Loops(NioIoHandler.newFactory()) : EpollSide.create().loops();
  }

  /** One attempt, with sockets of the test's. */
  static void connect(Endpoint endpoint, Sockets sockets) throws InterruptedException {
    ChannelConfig config = ChannelConfig.builder().connectTimeout(Duration.ZERO).build();
    BufferSource memory = BufferSource.pooledDirect(1024, 1024);
    Setup setup = new Setup(endpoint, config, Setup.framing(endpoint), memory);
    try (Loops loops = loops(endpoint.option("io").orElse("nio"))) {
      new Connector(setup, sockets, loops).connect().abort();
    }
  }

  /** Sockets that only fail. */
  static Sockets failing(IOException error) {
    return new Sockets() {
      @Override
      public Wire connect(SocketAddress address) throws IOException {
        throw error;
      }

      @Override
      public ServerWire listen(SocketAddress address) throws IOException {
        throw error;
      }
    };
  }

  /** The same sockets, whose errors keep their types and lose their words. */
  static Sockets translated(Sockets sockets) {
    return new Sockets() {
      @Override
      public Wire connect(SocketAddress address) throws IOException {
        try {
          return sockets.connect(address);
        } catch (IOException e) {
          throw translation(e);
        }
      }

      @Override
      public ServerWire listen(SocketAddress address) throws IOException {
        try {
          return sockets.listen(address);
        } catch (IOException e) {
          throw translation(e);
        }
      }
    };
  }

  /** Equal words become equal ones, different ones different ones. */
  private static IOException translation(IOException e) {
    StringBuilder text = new StringBuilder();
    String.valueOf(e.getMessage()).chars().forEach(c -> text.append((char) (c + 0x400)));
    if (e instanceof BindException) {
      return new BindException(text.toString());
    }
    return e instanceof ConnectException
        ? new ConnectException(text.toString())
        : new IOException(text.toString());
  }
}
