// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.bench.Composed;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.ours.OurEnds.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Our transports. The plain name is the default setting, used as a good user would. */
public final class OurProvider implements Contender.Provider {
  private static final List<String> UNSAFE =
      List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED");
  private static final List<String> SCHEMES = List.of("shm", "unix", "tcp", "fifo");
  private static final List<String> SOCKETS = List.of("unix", "tcp");
  private static final List<Integer> FEW = List.of(1, 10, 50);
  private static final List<Work> BOTH = List.of(Work.values());
  private static final List<Work> ONE_WAY = List.of(Work.ONE_WAY);
  private static final List<Work> ROUND_TRIP = List.of(Work.ROUND_TRIP);

  private final List<Contender> all = new ArrayList<>();

  @Override
  public Collection<Contender> contenders() {
    all.clear();
    for (String scheme : SCHEMES) {
      add(scheme, "", BOTH, ends(scheme, Use.PUSHED, 1));
      add(scheme, "-pulled", BOTH, ends(scheme, Use.PULLED, 1));
      add(scheme, "-in-place", ONE_WAY, ends(scheme, Use.IN_PLACE, 1));
      for (String waiting : List.of("spinning", "sleeping")) {
        Map<String, String> options = Map.of("wait", waiting);
        add(scheme, "-" + waiting, BOTH, new OurEnds(scheme, options, Use.PUSHED, 1));
      }
      for (int threads : new int[] {2, 4}) {
        add(scheme, "-" + threads + "threads", ONE_WAY, ends(scheme, Use.THREADS, threads));
      }
      add(scheme, "-connect", ROUND_TRIP, ends(scheme, Use.CONNECTING, 1));
      List<Integer> connections = SOCKETS.contains(scheme) ? List.of(1, 10, 50, 100, 1000) : FEW;
      for (int count : connections) {
        add(scheme, "-echo-" + count, ONE_WAY, ends(scheme, Use.CONNECTIONS, count));
      }
    }
    all.add(new Composed("shm-unsafe", BOTH, UNSAFE, ends("shm", Use.PUSHED, 1)));
    return List.copyOf(all);
  }

  private void add(String scheme, String variant, List<Work> works, OurEnds ends) {
    all.add(new Composed(scheme + variant, works, ends));
  }

  private static OurEnds ends(String scheme, Use use, int count) {
    return new OurEnds(scheme, Map.of(), use, count);
  }
}
