// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Stands between one client and its server and carries single bytes, in both directions. */
final class OneByteShim implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Endpoint endpoint;
  private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

  private OneByteShim(ServerSocketChannel server, Endpoint endpoint) {
    this.server = server;
    this.endpoint = endpoint;
    open.add(server);
  }

  static OneByteShim before(Endpoint target, Endpoint free, Place place) throws IOException {
    ServerSocketChannel server = Raw.listen(free);
    Endpoint endpoint = target.withAddress(Raw.endpoint(server, place).address());
    OneByteShim shim = new OneByteShim(server, endpoint);
    start(() -> shim.serve(target));
    return shim;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable one : List.copyOf(open)) {
      one.close();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // An end was closed.
              }
            },
            "one-byte-shim");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Endpoint target) throws IOException {
    SocketChannel client = server.accept();
    open.add(client);
    SocketChannel behind = Raw.connect(target).socket();
    open.add(behind);
    start(() -> carry(client, behind));
    carry(behind, client);
  }

  private static void carry(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    while (from.read(one.clear()) > 0) {
      to.write(one.flip());
    }
    to.shutdownOutput();
  }
}
