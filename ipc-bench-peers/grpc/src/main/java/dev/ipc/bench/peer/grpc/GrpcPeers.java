// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** gRPC at its best and at its default. */
public final class GrpcPeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new GrpcContender("grpc-unix", Setting.TUNED),
        new GrpcContender("grpc-unix-default", Setting.DEFAULT));
  }
}
