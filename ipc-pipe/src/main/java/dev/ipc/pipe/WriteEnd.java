// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.WaitStrategy;
import dev.ipc.spi.Spinning;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The end of a pipe that is written, with the same two faces as {@link ReadEnd}. */
final class WriteEnd implements Closeable {
  /** How much a pipe always has room for when it is empty, and takes whole, in bytes. */
  static final int ATOMIC = 4096;

  /** How much a pipe holds unless somebody changed that, in bytes. */
  private static final int USUAL = 64 * 1024;

  private static final int PIECE = 32 * 1024;

  /** A rest that is shorter is no piece of its own. */
  private static final int LEAST = 4 * 1024;

  private static final long LONGEST_SPIN_NANOS = 5_000_000;

  private final FileOutputStream stream;
  private final FileInputStream gauge;
  private final FileChannel channel;
  private final byte[] bytes = new byte[ATOMIC];

  /** Guarded by this: a stream that is used while it closes may write to another file. */
  private boolean closed;

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

  /**
   * Looks for room for a while: to be woken takes longer than the peer needs to read. One thread.
   *
   * @return whether a piece fits; otherwise the write will wait in the kernel
   */
  boolean awaitRoom(WaitStrategy strategy) {
    if (hasRoom()) {
      return true;
    }
    long spin = Math.min(strategy.spinNanos(), LONGEST_SPIN_NANOS);
    if (spin <= 0 || !Spinning.enter()) {
      return false;
    }
    try {
      long start = System.nanoTime();
      do { // on a busy machine a yield may take long, so the clock is looked at after each
        Spinning.yieldProcessor(); // the peer may wait for this very processor
        if (hasRoom()) {
          return true;
        }
      } while (System.nanoTime() - start < spin);
      return false;
    } finally {
      Spinning.leave();
    }
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

  /** Whether a piece fits into a pipe of the usual size. */
  private boolean hasRoom() {
    try {
      return unread() <= USUAL - PIECE;
    } catch (IOException e) {
      return true; // the write will say it
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
    channel.close();
  }
}
