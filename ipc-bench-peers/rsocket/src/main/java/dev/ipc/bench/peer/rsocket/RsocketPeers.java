// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** RSocket at its best and at its default. */
public final class RsocketPeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new RsocketContender("rsocket-tcp", Setting.TUNED),
        new RsocketContender("rsocket-tcp-default", Setting.DEFAULT));
  }
}
