// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.jeromq;

import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** The transport. */
enum Scheme {
  /**
   * {@code ipc://}: in JeroMQ 0.6 that is TCP on loopback, at a port that is computed from the
   * name; it is no Unix socket and makes no file.
   */
  IPC {
    @Override
    String bind(ZMQ.Socket socket) {
      ZMQException failure = null;
      for (int i = 0; i < TRIES; i++) {
        String endpoint = "ipc://bench-" + ProcessHandle.current().pid() + "-" + i;
        try {
          socket.bind(endpoint);
          return endpoint;
        } catch (ZMQException e) {
          failure = e;
        }
      }
      throw failure;
    }
  },
  /** {@code tcp://} on loopback. */
  TCP {
    @Override
    String bind(ZMQ.Socket socket) {
      socket.bind("tcp://127.0.0.1:*");
      return socket.getLastEndpoint();
    }
  };

  /** How many names to try; somebody else may have the port of one. */
  private static final int TRIES = 20;

  /** Binds to a free place; the endpoint for the client. */
  abstract String bind(ZMQ.Socket socket);
}
