// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A mechanism and how it is driven: every test of sockets runs on all four. */
record Place(String scheme, String io) {
  static final List<Place> ALL =
      List.of(
          new Place("unix", "nio"),
          new Place("unix", "epoll"),
          new Place("tcp", "nio"),
          new Place("tcp", "epoll"));

  static Stream<Place> all() {
    return ALL.stream();
  }

  static IpcContext context() {
    return IpcContext.of(ChannelConfig.defaults(), new SocketTransport());
  }

  /** A free place, in this directory where that matters. */
  Endpoint free(Path directory) {
    return of(scheme.equals("unix") ? directory.resolve("s").toString() : "127.0.0.1:0");
  }

  Endpoint of(String address) {
    return Endpoint.of(scheme, address, Map.of("io", io));
  }

  /** The place that a peer printed as {@code scheme:address}. */
  Endpoint printed(String text) {
    return of(text.substring(scheme.length() + 1));
  }

  /** As the peers in other languages want it. */
  static String plain(Endpoint endpoint) {
    return endpoint.scheme() + ":" + endpoint.address();
  }

  @Override
  public String toString() {
    return scheme + "/" + io;
  }
}
