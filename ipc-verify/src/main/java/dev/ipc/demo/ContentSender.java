// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** Sends files in messages of mixed sizes, from one byte to a megabyte. */
final class ContentSender {
  private static final int LARGEST = 1 << 20;
  private static final long SEED = 20_250_101;

  private final Peer peer;
  private final LongConsumer progress;
  private final SplittableRandom sizes = new SplittableRandom(SEED);
  private final ByteBuffer buffer;
  private boolean corrupt;
  private long messages;
  private long bytes;

  /**
   * @param progress takes the number of bytes sent so far
   */
  ContentSender(Peer peer, LongConsumer progress) {
    this.peer = peer;
    this.progress = progress;
    this.buffer = ByteBuffer.allocateDirect(Math.min(LARGEST, peer.channel().maxMessageLength()));
  }

  /** From now on one byte of the next chunk will be wrong. */
  void corruptOnce() {
    corrupt = true;
  }

  long messages() {
    return messages;
  }

  void send(Content content) throws IOException, InterruptedException {
    for (Content.Item item : content.items()) {
      send(item);
    }
    begin(ContentMessage.DONE).putLong(messages + 1);
    send();
  }

  private void send(Content.Item item) throws IOException, InterruptedException {
    begin(ContentMessage.HEADER)
        .putLong(item.length())
        .put(item.name().getBytes(StandardCharsets.UTF_8));
    send();
    try (FileChannel file = FileChannel.open(item.path())) {
      long left = item.length();
      while (left > 0) {
        left -= chunk(item, file, left);
      }
    }
    begin(ContentMessage.END);
    send();
  }

  private int chunk(Content.Item item, FileChannel file, long left)
      throws IOException, InterruptedException {
    begin(ContentMessage.CHUNK);
    buffer.limit(1 + (int) Math.min(left, size(buffer.capacity() - 1)));
    while (buffer.hasRemaining()) {
      if (file.read(buffer) < 0) {
        throw new Failure("the file became shorter meanwhile, file=" + item.name());
      }
    }
    if (corrupt) {
      corrupt = false;
      buffer.put(1, (byte) (buffer.get(1) ^ 1));
    }
    int length = buffer.position() - 1;
    send();
    bytes += length;
    progress.accept(bytes);
    return length;
  }

  /** As many sizes between 1 and 10 bytes as between 100,000 and 1,000,000. */
  private int size(int largest) {
    return (int) Math.min(largest, Math.exp(sizes.nextDouble() * Math.log(largest + 1.0)));
  }

  private ByteBuffer begin(ContentMessage kind) {
    return buffer.clear().put(kind.code());
  }

  private void send() throws InterruptedException {
    peer.send(buffer.flip());
    messages++;
  }
}
