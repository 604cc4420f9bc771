// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/**
 * One connected non-blocking stream socket, as its event loop sees it: all methods run there,
 * except before it is registered, and writes where {@link #takesAnyThread}. {@link NioWire} and
 * {@link EpollWire} differ in nothing else.
 */
interface Wire {
  /** Reads what is there: how many bytes, 0 for nothing now, -1 at the end. */
  int read(ByteBuffer target) throws IOException;

  /** Writes what fits from position to limit, moves the position, returns how many bytes. */
  int write(ByteBuffer source) throws IOException;

  /** Writes what fits of both, and returns how many bytes; where {@link #takesAnyThread}. */
  default long write(ByteBuffer header, ByteBuffer payload) throws IOException {
    throw new UnsupportedOperationException("one at a time");
  }

  /**
   * Whether any thread may write, one at a time, even while the event loop closes. Where closing
   * does not look after it, the descriptor may already be another file.
   */
  default boolean takesAnyThread() {
    return false;
  }

  /** Ends this direction; the other goes on. */
  void shutdownOutput() throws IOException;

  /** Whom the kernel vouches for, on a Unix domain socket. */
  Optional<UserPrincipal> peerUser() throws IOException;

  /** Completes a connect that was under way; throws when it failed, or has met itself. */
  void finishConnect() throws IOException;

  /** The handle to register with the event loop; events go to the target. */
  IoHandle handle(Target target);

  /** Which events are wanted from now on. */
  void interest(IoRegistration registration, boolean reading, boolean writing);

  /** Releases the descriptor. Idempotent. */
  void close();

  /** Takes the events of a registered socket, on its event loop. */
  interface Target {
    /** There is something to read, or an error to learn. */
    void readable();

    /** There is room to write, a connect is done, or there is an error to learn. */
    void writable();

    /** The event loop is closing. */
    void loopClosing();
  }
}
