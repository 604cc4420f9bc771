// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Tally;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Makes round trips. */
final class RingClient implements Contender.Client {
  private static final int LANE = (1 << 28) - 1;

  private final RingSender sender;
  private final RingBuffer replies;
  private final MessageHandler handler;

  RingClient(RingBuffer requests, RingBuffer replies, Rings rings, int size) {
    this.sender = new RingSender(requests, rings, 0, size);
    this.replies = replies;
    Tally tally = new Tally(LANE);
    this.handler = (type, buffer, index, length) -> tally.next(buffer.getInt(index));
  }

  @Override
  public void roundTrip() {
    sender.next();
    while (replies.read(handler, 1) == 0) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {}
}
