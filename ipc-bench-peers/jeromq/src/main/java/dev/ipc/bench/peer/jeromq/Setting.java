// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.jeromq;

import dev.ipc.bench.Contender.Work;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** How JeroMQ is used. */
enum Setting {
  /**
   * As in the ZeroMQ guide and in JeroMQ's own performance programs: REQ and REP, PUSH and PULL,
   * high-water marks of 1,000 messages.
   */
  DEFAULT,
  /**
   * PAIR for round trips, which has no envelope and no state machine; higher high-water marks, as
   * the guide advises for throughput, and for small messages larger kernel buffers, by which JeroMQ
   * also measures its own batches.
   */
  TUNED;

  /** Neither side may hold more than about this many bytes, so marks shrink with the size. */
  private static final int MOST = 64 * 1024 * 1024;

  private static final int DEFAULT_MARK = 1_000;

  /** With 100,000 messages of 1 KiB in the queue it is a quarter as fast. */
  private static final int TUNED_MARK = 10_000;

  /** The fastest of 64 KiB, 128 KiB, 1 MiB and none for small messages. */
  private static final int KERNEL_BUFFER = 64 * 1024;

  /** JeroMQ's own batch: messages from here on are not copied, unless kernel buffers are set. */
  private static final int LARGE = 8 * 1024;

  private static final int LINGER = 5_000;

  /** How long a call may block before it looks whether it shall end. */
  private static final int TURN = 200;

  ZMQ.Socket serving(ZContext context, Work work, int size) {
    ZMQ.Socket socket = socket(context, work == Work.ONE_WAY ? SocketType.PULL : replying(), size);
    if (buffered(size)) {
      // Not the other buffer: JeroMQ would set it on the listening socket, which has none.
      socket.setReceiveBufferSize(KERNEL_BUFFER);
    }
    return socket;
  }

  ZMQ.Socket asking(ZContext context, Work work, int size) {
    ZMQ.Socket socket =
        socket(context, work == Work.ONE_WAY ? SocketType.PUSH : requesting(), size);
    if (buffered(size)) {
      socket.setSendBufferSize(KERNEL_BUFFER);
      socket.setReceiveBufferSize(KERNEL_BUFFER);
    }
    return socket;
  }

  private boolean buffered(int size) {
    return this == TUNED && size < LARGE;
  }

  private SocketType replying() {
    return this == DEFAULT ? SocketType.REP : SocketType.PAIR;
  }

  private SocketType requesting() {
    return this == DEFAULT ? SocketType.REQ : SocketType.PAIR;
  }

  private ZMQ.Socket socket(ZContext context, SocketType type, int size) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setHWM(Math.min(this == DEFAULT ? DEFAULT_MARK : TUNED_MARK, Math.max(4, MOST / size)));
    socket.setReceiveTimeOut(TURN);
    socket.setSendTimeOut(TURN);
    socket.setLinger(LINGER);
    return socket;
  }
}
