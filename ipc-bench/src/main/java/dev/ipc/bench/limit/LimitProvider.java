// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.limit;

import dev.ipc.bench.Composed;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Ends;
import java.util.Collection;
import java.util.List;

/** What the hardware allows. */
public final class LimitProvider implements Contender.Provider {
  @Override
  public Collection<Contender> contenders() {
    return List.of(
        new Composed(
            "cache-line",
            List.of(Contender.Work.ROUND_TRIP),
            Ends.of(CacheLine::serve, CacheLine::connect)),
        new Composed(
            "mapped-copy",
            List.of(Contender.Work.ONE_WAY),
            Ends.of(MappedCopy::serve, MappedCopy::connect)));
  }
}
