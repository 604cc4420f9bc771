// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The end of a pipe that is written, with the same two faces as {@link ReadEnd}. */
final class WriteEnd implements Closeable {
  /** How much a pipe always has room for when it is empty, and takes whole, in bytes. */
  static final int ATOMIC = 4096;

  /** How much a pipe holds unless somebody changed that, in bytes. */
  static final int USUAL = 64 * 1024;

  /** How much is written at once while others wait for room, in bytes. */
  static final int PIECE = 32 * 1024;

  /** A rest that is shorter is no piece of its own. */
  private static final int LEAST = 4 * 1024;

  private final FileOutputStream stream;
  private final FileInputStream gauge;
  private final FileChannel channel;
  private final byte[] bytes = new byte[ATOMIC];

  /** Guarded by this: a stream that is used while it closes may write to another file. */
  private boolean closed;

  /** Closed before this, so that nobody is passing on what it holds; guarded by this. */
  private Spool spool;

  WriteEnd(FileOutputStream stream) throws IOException {
    this.stream = stream;
    this.gauge = new FileInputStream(stream.getFD()); // asked for how much is in the pipe only
    this.channel = stream.getChannel();
  }

  /** Opens a FIFO that somebody has open for reading; without, this blocks. */
  static WriteEnd open(Path fifo) throws IOException {
    return new WriteEnd(new FileOutputStream(fifo.toFile()));
  }

  /** Writes everything, waits for room; less only if this end was closed. One thread. */
  int write(ByteBuffer source) throws IOException {
    int start = source.position();
    while (source.hasRemaining() && channel.write(source) > 0) {
      // a pipe takes everything at once, but for signals
    }
    return source.position() - start;
  }

  /** Writes a piece, waits for room; less only if this end was closed. One thread. */
  int writePiece(ByteBuffer source) throws IOException {
    int end = source.limit();
    if (source.remaining() >= PIECE + LEAST) {
      source.limit(source.position() + PIECE);
    }
    try {
      return write(source);
    } finally {
      source.limit(end);
    }
  }

  /** Passes on something that a spool holds, waits for room. One thread; returns how much. */
  int passOn(Spool from) throws IOException {
    return from.passOn(channel);
  }

  /** Has a spool end with this end. */
  synchronized void attach(Spool made) throws IOException {
    if (closed) {
      made.close();
      throw new ClosedChannelException();
    }
    spool = made;
  }

  /** Closes the spool, if there is one. */
  synchronized void detach() {
    if (spool != null) {
      Pipe.closeQuietly(spool);
      spool = null;
    }
  }

  /** Writes as much as the pipe surely has room for; 0 unless it is empty. Does not block. */
  synchronized int writeIfEmpty(ByteBuffer source) throws IOException {
    if (closed || gauge.available() > 0) {
      return 0;
    }
    int count = Math.min(source.remaining(), ATOMIC);
    source.get(bytes, 0, count);
    stream.write(bytes, 0, count);
    return count;
  }

  /** How much nobody has read yet, in bytes. Any thread; does not block. */
  synchronized int unread() throws IOException {
    return closed ? 0 : gauge.available();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    detach();
    channel.close();
  }
}
