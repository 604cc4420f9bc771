// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;

/** One listening non-blocking socket, as its event loop sees it. */
interface ServerWire extends Closeable {
  /** How many clients the kernel lets wait. */
  int BACKLOG = 1024;

  /** The next client, null if none waits. */
  Wire accept() throws IOException;

  /** What it is bound to. */
  SocketAddress localAddress() throws IOException;

  /** The handle to register with the event loop; it runs the task when clients wait. */
  IoHandle handle(Runnable acceptable);

  /** Whether clients are wanted from now on. */
  void interest(IoRegistration registration, boolean accepting);

  /** Whether the kernel has the descriptor back, which a selector may delay. */
  boolean isReleased();

  /** Releases the descriptor and nothing else. Idempotent. */
  @Override
  void close();
}
