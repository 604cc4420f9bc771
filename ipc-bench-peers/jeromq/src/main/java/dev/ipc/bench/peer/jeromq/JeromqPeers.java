// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.jeromq;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** JeroMQ over what it calls ipc, and over TCP. */
public final class JeromqPeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new JeromqContender("jeromq-ipc", Scheme.IPC, Setting.TUNED),
        new JeromqContender("jeromq-ipc-default", Scheme.IPC, Setting.DEFAULT),
        new JeromqContender("jeromq-tcp", Scheme.TCP, Setting.TUNED),
        new JeromqContender("jeromq-tcp-default", Scheme.TCP, Setting.DEFAULT));
  }
}
