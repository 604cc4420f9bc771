// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.nio.ByteBuffer;

/** Takes one received message. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Takes the message: the bytes from position to limit. The buffer is read-only, big-endian at
   * entry, its position is any number, and it belongs to the transport: it is valid until this
   * method returns. Copy what must last longer, or ask for {@code ?copy=true}.
   *
   * <p>Calls for one channel never overlap. A pushed handler runs on a transport thread: it may
   * send and close; connect, accept, receive and drain are {@link IllegalStateException}; while it
   * blocks, every channel of that thread waits. When it throws, the message counts as consumed and
   * the channel goes on: pushed, the exception goes to {@link Channel#onError}; pulled, it leaves
   * poll or receive.
   *
   * @param message the message, not null, possibly empty
   */
  void onMessage(ByteBuffer message);
}
