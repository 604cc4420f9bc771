// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.ThreadServer;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** The serving thread: polls one stream, and for round trips publishes to the other. */
final class AeronServer implements ThreadServer.Loop {
  /** Fragments of a poll, as in Aeron's scripts for throughput. */
  static final int LIMIT = 256;

  private final AeronEnd end;
  private final Tally tally;
  private final Subscription requests;
  private final Publisher replies;
  private ThreadServer server;

  AeronServer(AeronEnd end, Tally tally, Work work) {
    this.end = end;
    this.tally = tally;
    this.requests = end.subscription(AeronContender.REQUESTS);
    this.replies = work == Work.ROUND_TRIP ? end.publisher(AeronContender.REPLIES) : null;
  }

  @Override
  public void run(ThreadServer server) {
    this.server = server;
    FragmentAssembler handler = new FragmentAssembler(this::take);
    while (!server.closing()) {
      int fragments = requests.poll(handler, LIMIT);
      end.invoke();
      end.idling.idle(fragments);
    }
  }

  private void take(DirectBuffer buffer, int offset, int length, Header header) {
    tally.take(buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN), length);
    if (replies != null) {
      while (!replies.publish(buffer, offset, length) && !server.closing()) {
        end.idle();
      }
    }
  }
}
