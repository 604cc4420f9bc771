// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open connections of a transport, so that closing it ends them. Any thread. */
final class Connections {
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  void add(Connection connection) {
    open.add(connection);
  }

  void remove(Connection connection) {
    open.remove(connection);
  }

  void endAll() {
    for (Connection connection : open) {
      connection.loop().execute(connection::end);
    }
  }
}
