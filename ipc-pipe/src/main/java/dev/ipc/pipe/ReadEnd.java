// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The end of a pipe that is read. It has two faces: a file channel, which one thread of the library
 * blocks in and {@link #close} sets free, and a stream, which a thread of the user may touch since
 * an interrupt does nothing to it, and does so only when it cannot block.
 */
final class ReadEnd implements Closeable {
  private final FileInputStream stream;
  private final FileChannel channel;

  /** Guarded by this: a stream that is used while it closes may read another file. */
  private boolean closed;

  ReadEnd(FileInputStream stream) {
    this.stream = stream;
    this.channel = stream.getChannel();
  }

  /** Opens a FIFO that somebody has open for writing; without, this blocks. */
  static ReadEnd open(Path fifo) throws IOException {
    return new ReadEnd(new FileInputStream(fifo.toFile()));
  }

  /** Reads what is there, waits if nothing is; -1 at the end. One thread of the library. */
  int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  /** How much is there, in bytes. Any thread; does not block. */
  synchronized int available() throws IOException {
    return closed ? 0 : stream.available();
  }

  /** Reads some of what is there, 0 if nothing is. Any thread; does not block. */
  synchronized int readAvailable(byte[] target) throws IOException {
    int there = closed ? 0 : stream.available();
    return there == 0 ? 0 : stream.read(target, 0, Math.min(there, target.length));
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
