// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Received messages that wait to be taken: a {@link ByteQueue} of {@code length:i32, payload}
 * records. It copies, so that a few waiting bytes never pin a large receive buffer. One thread at a
 * time puts, one at a time takes.
 */
public final class Inbox {
  private static final int LENGTH = 4;

  private final ByteQueue queue;

  /**
   * Makes an empty inbox.
   *
   * @param bound in bytes; one message more where nothing else waits
   */
  public Inbox(int bound) {
    queue = new ByteQueue(BufferSource.heap(), bound);
  }

  /**
   * Copies a message in, if there is room.
   *
   * @param message from position to limit, neither of which is moved
   * @return whether there was room
   */
  public boolean offer(ByteBuffer message) {
    int length = message.remaining();
    ByteBuffer target = queue.claim(LENGTH + length);
    if (target == null) {
      return false;
    }
    int start = target.position();
    target.order(ByteOrder.BIG_ENDIAN).putInt(start, length);
    target.put(start + LENGTH, message, message.position(), length);
    queue.commit(LENGTH + length);
    return true;
  }

  /**
   * Lets a message be written in, if there is room for the longest it may become.
   *
   * @param maximum in bytes
   * @param writer called at most once
   * @return the length that was written, or -1 without room
   */
  public int offer(int maximum, dev.ipc.MessageWriter writer) {
    ByteBuffer target = queue.claim(LENGTH + maximum);
    if (target == null) {
      return -1;
    }
    int start = target.position();
    int length = InPlace.write(target, start + LENGTH, maximum, writer);
    target.order(ByteOrder.BIG_ENDIAN).putInt(start, length);
    queue.commit(LENGTH + length);
    return length;
  }

  /**
   * Hands waiting messages out. A message whose handler throws is taken.
   *
   * @param handler takes each message
   * @param limit how many at most
   * @return how many there were
   */
  public int take(MessageHandler handler, int limit) {
    int taken = 0;
    while (taken < limit) {
      ByteBuffer run = queue.readable();
      if (run == null) {
        break;
      }
      int end = run.limit();
      int next = run.position();
      while (next < end && taken < limit) {
        int start = next + LENGTH;
        int length = run.clear().order(ByteOrder.BIG_ENDIAN).getInt(next);
        next = start + length;
        try {
          handler.onMessage(run.limit(next).position(start));
        } finally {
          queue.release(LENGTH + length);
        }
        taken++;
      }
    }
    return taken;
  }

  /**
   * Whether a message of this length would be taken in.
   *
   * @param length in bytes
   * @return whether there is room
   */
  public boolean hasRoom(int length) {
    return queue.hasRoom(LENGTH + length);
  }

  /**
   * How much waits.
   *
   * @return in bytes, record lengths included
   */
  public long used() {
    return queue.used();
  }

  /**
   * Whether every message was handed out and its handler returned.
   *
   * @return whether it is empty
   */
  public boolean isEmpty() {
    return queue.isEmpty();
  }
}
