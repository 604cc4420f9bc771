// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Serving;
import dev.ipc.bench.Tally;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads messages of one length: sends each back, or counts them. */
final class LinkServer {
  private LinkServer() {}

  static void run(Contender.Work work, Serving server, Link link, Messages messages)
      throws IOException {
    if (work == Contender.Work.ROUND_TRIP) {
      echo(server, link, messages);
    } else {
      count(server, link, messages);
    }
  }

  /**
   * What is expected.
   *
   * @param reading the most bytes of a read when messages are counted
   */
  record Messages(int size, int reading, Tally tally) {}

  private static void echo(Serving server, Link link, Messages messages) throws IOException {
    ByteBuffer buffer = buffer(messages.size);
    while (server.running()) {
      buffer.clear();
      link.read(buffer);
      messages.tally.next(buffer.getInt(0));
      buffer.flip();
      link.write(buffer);
    }
  }

  private static void count(Serving server, Link link, Messages messages) throws IOException {
    ByteBuffer buffer = buffer(messages.reading);
    int rest = 0; // of the message whose number was read
    while (server.running()) {
      link.readSome(buffer);
      buffer.flip();
      while (buffer.remaining() >= Math.max(1, rest == 0 ? Integer.BYTES : 1)) {
        if (rest == 0) {
          messages.tally.next(buffer.getInt(buffer.position()));
          rest = messages.size;
        }
        int step = Math.min(rest, buffer.remaining());
        buffer.position(buffer.position() + step);
        rest -= step;
      }
      buffer.compact();
    }
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
