// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import dev.ipc.bench.Contender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes messages one by one, or many together. */
final class LinkClient implements Contender.Client {
  private final Link link;
  private final ByteBuffer batch;
  private final int size;
  private int number;

  /**
   * Takes the link.
   *
   * @param batch bytes to collect before they are written; 0 for one message with a call
   */
  LinkClient(Link link, int size, int batch) {
    this.link = link;
    this.size = size;
    int length = Math.max(size, batch / size * size);
    this.batch = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void roundTrip() throws IOException {
    batch.clear().limit(size);
    batch.putInt(0, number);
    link.write(batch);
    batch.clear().limit(size);
    link.read(batch);
    if (batch.getInt(0) != number++) {
      throw new IOException("the wrong reply arrived, expected=" + (number - 1));
    }
    batch.clear();
  }

  @Override
  public void send(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      batch.putInt(batch.position(), number++);
      batch.position(batch.position() + size);
      if (!batch.hasRemaining()) {
        flush();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    batch.flip();
    link.write(batch);
    batch.clear();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
