// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A message on its way to gRPC, which needs no buffer to copy it, and knows its length. */
final class Message extends ByteArrayInputStream implements Drainable, KnownLength {
  Message(byte[] bytes) {
    super(bytes);
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int length = available();
    target.write(buf, pos, length);
    pos += length;
    return length;
  }
}
