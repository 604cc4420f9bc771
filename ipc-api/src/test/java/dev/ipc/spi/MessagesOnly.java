// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A sink that ignores control frames and has room when it says so. */
record MessagesOnly(Consumer<ByteBuffer> consumer, BooleanSupplier room) implements FrameSink {
  MessagesOnly(Consumer<ByteBuffer> consumer) {
    this(consumer, () -> true);
  }

  @Override
  public boolean message(ByteBuffer view) {
    consumer.accept(view);
    return room.getAsBoolean();
  }

  @Override
  public void barrier(long sent) {}

  @Override
  public void barrierAck(long handled) {}

  @Override
  public void ping(long opaque) {}

  @Override
  public void pong(long opaque) {}

  @Override
  public void wake() {}

  @Override
  public void endOutput(long sent) {}

  @Override
  public void close(CloseFrame frame) {}
}
