// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;

/** Looks at the beginning of every message; nothing else is expected. */
final class Summing implements FrameSink {
  long sum;

  @Override
  public boolean message(ByteBuffer view) {
    sum += view.getLong(view.position());
    return true;
  }

  @Override
  public void barrier(long sent) {
    throw unexpected();
  }

  @Override
  public void barrierAck(long handled) {
    throw unexpected();
  }

  @Override
  public void ping(long opaque) {
    throw unexpected();
  }

  @Override
  public void pong(long opaque) {
    throw unexpected();
  }

  @Override
  public void wake() {
    throw unexpected();
  }

  @Override
  public void endOutput(long sent) {
    throw unexpected();
  }

  @Override
  public void close(CloseFrame frame) {
    throw unexpected();
  }

  private static IllegalStateException unexpected() {
    return new IllegalStateException("only messages were sent");
  }
}
