// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/** A wire that runs a test's work once, when what did not fit into the kernel is written. */
final class HookedWire implements Wire {
  private final Wire wire;
  private final Sides.Work hook;
  private boolean full;
  private boolean over;

  HookedWire(Wire wire, Sides.Work hook) {
    this.wire = wire;
    this.hook = hook;
  }

  @Override
  public void interest(IoRegistration registration, boolean reading, boolean writing) {
    wire.interest(registration, reading, writing);
    if (full && !writing && !over) {
      over = true;
      try {
        hook.run();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    full = writing;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return wire.read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return wire.write(source);
  }

  @Override
  public void shutdownOutput() throws IOException {
    wire.shutdownOutput();
  }

  @Override
  public Optional<UserPrincipal> peerUser() throws IOException {
    return wire.peerUser();
  }

  @Override
  public void finishConnect() throws IOException {
    wire.finishConnect();
  }

  @Override
  public IoHandle handle(Target target) {
    return wire.handle(target);
  }

  @Override
  public void close() {
    wire.close();
  }
}
