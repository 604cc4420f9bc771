// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.jeromq;

import dev.ipc.bench.Contender;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.ThreadServer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.Msg;

/** JeroMQ: one socket on each side, one I/O thread in each process. */
record JeromqContender(String name, Scheme scheme, Setting setting) implements Contender {
  private static final String FILE = "endpoint";

  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  @Override
  public Server serve(Work work, Path place, int size) throws Exception {
    Tally tally = new Tally(size);
    ZContext context = new ZContext();
    ZMQ.Socket socket = setting.serving(context, work, size);
    Path file = Files.writeString(place.resolve(FILE), scheme.bind(socket));
    return ThreadServer.polling(
        tally,
        server -> serve(server, socket, tally, work),
        context,
        () -> Files.deleteIfExists(file));
  }

  private static void serve(ThreadServer server, ZMQ.Socket socket, Tally tally, Work work) {
    while (!server.closing()) {
      Msg message = socket.recvMsg();
      if (message != null) {
        tally.take(number(message), message.size());
        while (work == Work.ROUND_TRIP && !socket.sendMsg(message) && !server.closing()) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** The number at the start of a message; messages are big-endian. */
  static int number(Msg message) {
    return message.buf().order(ByteOrder.LITTLE_ENDIAN).getInt(0);
  }

  @Override
  public Client connect(Work work, Path place, int size) throws Exception {
    ZContext context = new ZContext();
    ZMQ.Socket socket = setting.asking(context, work, size);
    socket.connect(Files.readString(place.resolve(FILE)));
    return new JeromqClient(context, socket, size);
  }
}
