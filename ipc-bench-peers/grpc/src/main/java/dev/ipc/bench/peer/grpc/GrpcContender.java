// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import dev.ipc.bench.Contender;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * gRPC over a Unix-domain socket, which its Netty transport supports through epoll: one stream both
 * ways for round trips, one client stream for sending one way.
 */
record GrpcContender(String name, Setting setting) implements Contender {
  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  @Override
  public Server serve(Work work, Path place, int size) throws Exception {
    return new GrpcServer(this, place, size);
  }

  @Override
  public Client connect(Work work, Path place, int size) {
    return new GrpcClient(this, work, place, size);
  }

  static Path path(Path place) {
    return place.resolve("grpc.sock");
  }

  static SocketAddress address(Path place) {
    return new DomainSocketAddress(path(place).toFile());
  }
}
