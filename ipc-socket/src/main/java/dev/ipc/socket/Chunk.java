// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.FrameDecoder;
import java.nio.ByteBuffer;

/**
 * The buffer that all sockets of an event loop are read into. The beginning of a message may stay
 * in it until its end is read, so that the message need not be put together elsewhere, unless
 * another socket is read before: then its owner takes it out. On the event loop.
 *
 * <pre>
 *   |consumed|beginning|to be read···········|
 *            begin     end                   capacity
 * </pre>
 */
final class Chunk {
  /** How much is read at once, in bytes. */
  static final int READ = 128 * 1024;

  static final int CAPACITY = READ + FrameDecoder.LARGEST_LEFT;

  /** A beginning that is shorter moves to the front, as a longer one does with less room behind. */
  private static final int LEAST = 4 * 1024;

  private ByteBuffer bytes;
  private Connection owner;
  private int begin;
  private int end;

  /** The buffer, ready to be read into; after the read {@link #filled}. */
  ByteBuffer room(Connection reader, int fit) {
    if (bytes == null) {
      bytes = ByteBuffer.allocateDirect(CAPACITY);
    }
    if (owner != null && owner != reader) {
      owner.takeOut(this);
    }
    int length = fit == 0 ? READ : fit;
    if (owner == null) {
      begin = 0;
      end = 0;
    } else if (end - begin < LEAST || CAPACITY - end < Math.max(LEAST, fit)) {
      bytes.limit(end).position(begin).compact();
      end -= begin;
      begin = 0;
    }
    return bytes.clear().limit(Math.min(CAPACITY, end + length)).position(end);
  }

  /** What was read and what was left before it, to be consumed; afterwards {@link #consumed}. */
  ByteBuffer filled() {
    end = bytes.position();
    return bytes.flip().position(begin);
  }

  /** What is still unread stays for the reader's next turn. */
  void consumed(Connection reader) {
    begin = bytes.position();
    owner = begin < end && reader.isOpen() ? reader : null;
  }

  /** What was left, which its owner now has to copy or to drop. */
  ByteBuffer left() {
    owner = null;
    return bytes.clear().limit(end).position(begin);
  }

  /** The connection is gone, and nobody wants what was left. */
  void forget(Connection connection) {
    if (owner == connection) {
      owner = null;
    }
  }

  /** Whether something of the connection was left. */
  boolean isOf(Connection connection) {
    return owner == connection;
  }
}
