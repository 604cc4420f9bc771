// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.netty;

import dev.ipc.bench.Contender;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Netty with a four-byte length before each message. */
record NettyContender(String name, SocketKind kind, Setting setting) implements Contender {
  /** Bytes of the length before each message. */
  static final int HEADER = 4;

  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  @Override
  public List<String> jvmOptions() {
    return setting.jvmOptions();
  }

  @Override
  public Server serve(Work work, Path place, int size) throws Exception {
    return new NettyServer(this, work, place, size);
  }

  @Override
  public Client connect(Work work, Path place, int size) throws Exception {
    return setting.tuned()
        ? new LoopClient(this, place, size)
        : new ThreadClient(this, place, size);
  }
}
