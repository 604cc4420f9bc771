// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The same round trip without this library: blocking Unix-domain channels of the JDK. */
final class PlainSockets {
  private PlainSockets() {}

  static void serve(Path path, Runnable ready) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      ready.run();
      try (SocketChannel channel = server.accept()) {
        ByteBuffer message = ByteBuffer.allocateDirect(PingPong.LENGTH);
        while (read(channel, message)) {
          write(channel, message);
        }
      }
    }
  }

  static RoundTrips measure(Path path, double seconds) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer message = ByteBuffer.allocateDirect(PingPong.LENGTH);
      RoundTrips times =
          new RoundTrips(Phase.ROUND_TRIP.warmUp(seconds), Phase.ROUND_TRIP.run(seconds));
      do {
        message.clear();
        times.sent();
        write(channel, message);
        if (!read(channel, message)) {
          throw new EOFException("the server closed too early");
        }
      } while (times.returned());
      return times;
    }
  }

  private static boolean read(SocketChannel channel, ByteBuffer message) throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      if (channel.read(message) < 0) {
        return false;
      }
    }
    message.flip();
    return true;
  }

  private static void write(SocketChannel channel, ByteBuffer message) throws IOException {
    while (message.hasRemaining()) {
      channel.write(message);
    }
  }
}
