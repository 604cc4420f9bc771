// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A stream in each direction; a channel that does not block is asked again and again. */
record Link(ReadableByteChannel in, WritableByteChannel out, int chunk) implements Closeable {
  /** Fills the buffer. */
  void read(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      readSome(buffer);
    }
  }

  /** Reads at least one byte. */
  void readSome(ByteBuffer buffer) throws IOException {
    int count = in.read(buffer);
    while (count == 0) {
      Thread.onSpinWait();
      count = in.read(buffer);
    }
    if (count < 0) {
      throw new IOException("the peer ended");
    }
  }

  /** Empties the buffer, at most a chunk with a call. */
  void write(ByteBuffer buffer) throws IOException {
    int end = buffer.limit();
    while (buffer.position() < end) {
      buffer.limit(buffer.position() + Math.min(end - buffer.position(), chunk));
      if (out.write(buffer) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }
}
