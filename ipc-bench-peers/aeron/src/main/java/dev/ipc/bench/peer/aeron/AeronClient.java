// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** The asking end. */
final class AeronClient implements Client {
  /** How often the conductor runs while there is no reason to wait. */
  private static final int INVOKE_MASK = 1023;

  private final AeronEnd end;
  private final Tally tally;
  private final Publisher requests;
  private final Subscription replies;
  private final FragmentAssembler handler;
  private final UnsafeBuffer message;
  private int next;

  AeronClient(AeronEnd end, Work work, int size) {
    this.end = end;
    this.tally = new Tally(size);
    this.message = new UnsafeBuffer(Payload.direct(size));
    this.requests = end.publisher(AeronContender.REQUESTS);
    this.replies = work == Work.ROUND_TRIP ? end.subscription(AeronContender.REPLIES) : null;
    this.handler =
        new FragmentAssembler(
            (buffer, offset, length, header) ->
                tally.take(buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN), length));
    while (!requests.connected() || (replies != null && !replies.isConnected())) {
      end.idle();
    }
  }

  @Override
  public void roundTrip() {
    send(1);
    while (tally.received() != next) {
      int fragments = replies.poll(handler, AeronServer.LIMIT);
      if (fragments == 0 && !replies.isConnected()) {
        throw new IllegalStateException("the server has gone");
      }
      end.idling.idle(fragments);
    }
  }

  @Override
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      message.putInt(0, next, ByteOrder.LITTLE_ENDIAN);
      while (!requests.publish(message, 0, message.capacity())) {
        if (!requests.connected()) {
          throw new IllegalStateException("the server has gone");
        }
        end.idle();
      }
      next++;
      if ((next & INVOKE_MASK) == 0) {
        end.invoke();
      }
    }
  }

  @Override
  public void close() {
    end.close();
  }
}
