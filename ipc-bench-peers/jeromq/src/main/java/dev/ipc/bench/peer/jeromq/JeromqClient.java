// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.jeromq;

import dev.ipc.bench.Contender.Client;
import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.Msg;

/** The asking end. Each message is a new array, for JeroMQ keeps it. */
final class JeromqClient implements Client {
  private final ZContext context;
  private final ZMQ.Socket socket;
  private final Tally tally;
  private final byte[] payload;
  private int next;

  JeromqClient(ZContext context, ZMQ.Socket socket, int size) {
    this.context = context;
    this.socket = socket;
    this.tally = new Tally(size);
    this.payload = Payload.bytes(size);
  }

  @Override
  public void roundTrip() {
    send(1);
    Msg message = socket.recvMsg();
    while (message == null) {
      message = socket.recvMsg();
    }
    tally.take(JeromqContender.number(message), message.size());
  }

  /** A send that times out has taken nothing, and is repeated: that is the back pressure. */
  @Override
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      byte[] message = payload.clone();
      ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(0, next);
      while (!socket.send(message)) {
        Thread.onSpinWait();
      }
      next++;
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
