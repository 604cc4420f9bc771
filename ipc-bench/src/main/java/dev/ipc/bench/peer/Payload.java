// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of messages. */
public final class Payload {
  private Payload() {}

  /** The content of every message, but for its first four bytes. */
  public static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  /** The same in direct memory, little-endian. */
  public static ByteBuffer direct(int size) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.put(bytes(size)).flip();
  }
}
