// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.peer.Closing;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.threads.Pauser;

/** The asking end. */
final class ChronicleClient implements Client {
  private final Writer requests;
  private final Reader replies;
  private final Pauser pauser;
  private final Tally tally;
  private final Consumer<Bytes<?>> taker = this::taken;
  private final Bytes<?> message;
  private int next;

  ChronicleClient(Writer requests, Reader replies, Pauser pauser, int size) {
    this.requests = requests;
    this.replies = replies;
    this.pauser = pauser;
    this.tally = new Tally(size);
    this.message = Bytes.allocateDirect(Payload.bytes(size));
  }

  @Override
  public void roundTrip() throws IOException {
    send(1);
    while (!replies.poll(taker)) {
      pauser.pause();
    }
    pauser.reset();
  }

  private void taken(Bytes<?> bytes) {
    tally.take(bytes.readInt(bytes.readPosition()), (int) bytes.readRemaining());
  }

  @Override
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      message.writeInt(0, next++);
      requests.write(message, () -> false);
    }
  }

  @Override
  public void close() throws IOException {
    Closing.all(
        List.of(
            requests,
            replies == null ? () -> {} : replies,
            message::releaseLast,
            ChronicleContender::endThreads));
  }
}
