// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** Chronicle Queue at its best and at its default. */
public final class ChroniclePeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new ChronicleContender("chronicle", Setting.TUNED),
        new ChronicleContender("chronicle-default", Setting.DEFAULT));
  }
}
