// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;
import java.util.function.IntConsumer;

/**
 * Passes the events of one descriptor on.
 *
 * @param fd whose events
 * @param events takes the ready operations as epoll numbers them
 * @param closing runs when the event loop closes
 */
record EpollHandle(FileDescriptor fd, IntConsumer events, Runnable closing)
    implements EpollIoHandle {
  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    events.accept(((EpollIoEvent) event).ops().value());
  }

  @Override
  public void close() {
    closing.run();
  }
}
