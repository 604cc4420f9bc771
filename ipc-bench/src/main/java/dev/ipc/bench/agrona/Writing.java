// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** The two ways to put a message into a ring. */
enum Writing {
  WRITE {
    @Override
    boolean offer(RingBuffer ring, UnsafeBuffer message) {
      return ring.write(TYPE, message, 0, message.capacity());
    }
  },
  CLAIM {
    @Override
    boolean offer(RingBuffer ring, UnsafeBuffer message) {
      int index = ring.tryClaim(TYPE, message.capacity());
      if (index < 0) {
        return false;
      }
      ring.buffer().putBytes(index, message, 0, message.capacity());
      ring.commit(index);
      return true;
    }
  };

  private static final int TYPE = 1;

  abstract boolean offer(RingBuffer ring, UnsafeBuffer message);
}
