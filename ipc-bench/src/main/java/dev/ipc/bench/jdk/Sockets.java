// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Ends;
import dev.ipc.bench.Serving;
import dev.ipc.bench.Tally;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The JDK's socket channels.
 *
 * @param family Unix or Internet
 * @param waiting how a read waits
 * @param batch as in {@link LinkClient}
 */
record Sockets(Family family, Waiting waiting, int batch) implements Ends {
  enum Family {
    UNIX(256 * 1024),
    TCP(64 * 1024);

    /** The most bytes of a read: the fastest of 64, 128 and 256 KiB for messages of 64 KiB. */
    private final int reading;

    Family(int reading) {
      this.reading = reading;
    }
  }

  enum Waiting {
    BLOCKING,
    POLLING
  }

  @Override
  public Contender.Server serve(Contender.Work work, Path place, int size) throws IOException {
    ServerSocketChannel listener = listen(place);
    Tally tally = new Tally();
    return Serving.start(
        tally::count,
        listener,
        server -> {
          try (Link link = link(listener.accept())) {
            LinkServer.run(
                work, server, link, new LinkServer.Messages(size, family.reading, tally));
          }
        });
  }

  @Override
  public Contender.Client connect(Contender.Work work, Path place, int size) throws IOException {
    SocketAddress address =
        family == Family.UNIX
            ? UnixDomainSocketAddress.of(place.resolve("socket"))
            : new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(Files.readString(place.resolve("port"))));
    return new LinkClient(link(SocketChannel.open(address)), size, batch);
  }

  private ServerSocketChannel listen(Path place) throws IOException {
    if (family == Family.UNIX) {
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
          .bind(UnixDomainSocketAddress.of(place.resolve("socket")));
    }
    ServerSocketChannel listener =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    Files.writeString(place.resolve("port"), Integer.toString(port));
    return listener;
  }

  private Link link(SocketChannel channel) throws IOException {
    channel.configureBlocking(waiting == Waiting.BLOCKING);
    if (family == Family.TCP) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    return new Link(channel, channel, Integer.MAX_VALUE);
  }
}
