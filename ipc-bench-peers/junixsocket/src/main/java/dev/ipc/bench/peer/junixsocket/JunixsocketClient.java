// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.junixsocket;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.peer.Tally;
import java.io.EOFException;
import java.io.IOException;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** The asking end. */
final class JunixsocketClient implements Client {
  private final AFUNIXSocketChannel channel;
  private final MessageLink messages;
  private int next;

  JunixsocketClient(JunixsocketContender contender, AFUNIXSocketChannel channel, int size)
      throws IOException {
    this.channel = channel;
    MessageLink.Sizes sizes = new MessageLink.Sizes(size, () -> false);
    this.messages =
        new MessageLink(contender, contender.style().link(channel), new Tally(size), sizes);
  }

  @Override
  public void roundTrip() throws IOException {
    messages.put(next++);
    messages.flush();
    if (!messages.take()) {
      throw new EOFException("the server has gone");
    }
  }

  @Override
  public void send(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      messages.put(next++);
    }
  }

  @Override
  public void flush() throws IOException {
    messages.flush();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
