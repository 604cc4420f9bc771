// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import dev.ipc.bench.Contender;
import java.util.Collection;
import java.util.List;

/** Aeron at its best, with its driver on a thread of its own, and at its defaults. */
public final class AeronPeers implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new AeronContender("aeron", Setting.INVOKED, Publishing.OFFER),
        new AeronContender("aeron-claim", Setting.INVOKED, Publishing.CLAIM),
        new AeronContender("aeron-shared-driver", Setting.SHARED, Publishing.OFFER),
        new AeronContender("aeron-shared-driver-claim", Setting.SHARED, Publishing.CLAIM),
        new AeronContender("aeron-default", Setting.DEFAULT, Publishing.OFFER));
  }
}
