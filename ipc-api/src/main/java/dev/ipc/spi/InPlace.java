// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.MessageWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Lets a user's writer write into a part of a transport's buffer, and nowhere else. */
public final class InPlace {
  private InPlace() {}

  /**
   * Calls the writer.
   *
   * @param target the transport's buffer; position, limit and order are undefined afterwards
   * @param start where the message begins in it
   * @param maximum how long it may become, in bytes
   * @param writer called once
   * @return the length of the message
   */
  public static int write(ByteBuffer target, int start, int maximum, MessageWriter writer) {
    ByteBuffer room = target.slice(start, maximum).order(ByteOrder.BIG_ENDIAN);
    writer.write(room);
    return room.position();
  }
}
