// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import dev.ipc.bench.Contender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import reactor.core.scheduler.Schedulers;
import reactor.netty.tcp.TcpResources;

/**
 * RSocket over TCP on loopback: request and response for round trips; one way a channel, since
 * fire-and-forget knows no back pressure.
 */
record RsocketContender(String name, Setting setting) implements Contender {
  static final Duration LIMIT = Duration.ofSeconds(5);

  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  @Override
  public Server serve(Work work, Path place, int size) throws Exception {
    return new RsocketServer(setting, place, size);
  }

  @Override
  public Client connect(Work work, Path place, int size) throws Exception {
    return new RsocketClient(setting, work, place, size);
  }

  /** Ends the threads that Reactor keeps for the whole process. */
  static void endThreads() {
    TcpResources.disposeLoopsAndConnectionsLater(Duration.ZERO, LIMIT).block(LIMIT);
    Schedulers.shutdownNow();
  }
}
