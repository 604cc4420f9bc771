// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.junixsocket;

import dev.ipc.bench.Contender;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.ThreadServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** junixsocket: one thread on each side, nothing between it and the socket. */
record JunixsocketContender(String name, Style style, Writing writing) implements Contender {
  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  @Override
  public Server serve(Work work, Path place, int size) throws IOException {
    Path file = path(place);
    Tally tally = new Tally(size);
    AFUNIXServerSocketChannel listening = AFUNIXServerSocketChannel.open();
    listening.bind(AFUNIXSocketAddress.of(file));
    Accepted accepted = new Accepted(listening);
    return ThreadServer.blocking(
        tally,
        server -> {
          MessageLink.Sizes sizes = new MessageLink.Sizes(size, server::closing);
          Style.Link link = style.link(accepted.accept());
          MessageLink messages = new MessageLink(this, link, tally, sizes);
          boolean open = true;
          while (open) {
            open = work == Work.ROUND_TRIP ? messages.echo() : messages.take();
          }
        },
        accepted,
        () -> Files.deleteIfExists(file));
  }

  @Override
  public Client connect(Work work, Path place, int size) throws IOException {
    AFUNIXSocketChannel channel = AFUNIXSocketChannel.open();
    channel.connect(AFUNIXSocketAddress.of(path(place)));
    return new JunixsocketClient(this, channel, size);
  }

  private static Path path(Path place) {
    return place.resolve("junix.sock");
  }

  /** The listening channel and the one that came from it. */
  private static final class Accepted implements AutoCloseable {
    private final AFUNIXServerSocketChannel listening;
    private AFUNIXSocketChannel channel;
    private boolean closed;

    Accepted(AFUNIXServerSocketChannel listening) {
      this.listening = listening;
    }

    AFUNIXSocketChannel accept() throws IOException {
      AFUNIXSocketChannel came = listening.accept();
      synchronized (this) {
        channel = came;
        if (closed) {
          came.close();
        }
      }
      return came;
    }

    @Override
    public synchronized void close() throws IOException {
      closed = true;
      listening.close();
      if (channel != null) {
        channel.close();
      }
    }
  }
}
