// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.nio.ByteBuffer;

/** Writes one message in place. */
@FunctionalInterface
public interface MessageWriter {
  /**
   * Writes the message into the buffer from its position on; the message is what was written when
   * this method returns. The buffer is big-endian at entry, has at least the asked room, belongs to
   * the transport and is valid until this method returns. An exception sends nothing and leaves the
   * send. A send on the same channel from here is an {@link IllegalStateException}; other senders
   * wait meanwhile, so be brief.
   *
   * @param buffer where to write
   */
  void write(ByteBuffer buffer);
}
