// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import dev.ipc.bench.Composed;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import dev.ipc.bench.jdk.Sockets.Family;
import dev.ipc.bench.jdk.Sockets.Waiting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What the JDK has without any library; written in large batches, it is a limit. */
public final class JdkProvider implements Contender.Provider {
  private static final int BATCH = 64 * 1024;
  private static final List<Work> BOTH = List.of(Work.values());
  private static final List<Work> ONE_WAY = List.of(Work.ONE_WAY);

  @Override
  public Collection<Contender> contenders() {
    List<Contender> all = new ArrayList<>();
    for (Family family : Family.values()) {
      String name = "jdk-" + family.name().toLowerCase(java.util.Locale.ROOT);
      all.add(new Composed(name, BOTH, new Sockets(family, Waiting.BLOCKING, 0)));
      all.add(new Composed(name + "-poll", BOTH, new Sockets(family, Waiting.POLLING, 0)));
      all.add(new Composed(name + "-batch", ONE_WAY, new Sockets(family, Waiting.BLOCKING, BATCH)));
      all.add(
          new Composed(name + "-poll-batch", ONE_WAY, new Sockets(family, Waiting.POLLING, BATCH)));
    }
    all.add(new Composed("jdk-fifo", BOTH, new Fifos(BATCH, 0)));
    all.add(new Composed("jdk-fifo-batch", ONE_WAY, new Fifos(BATCH, BATCH)));
    for (int kilobytes : new int[] {4, 8, 16, 32}) {
      String name = "jdk-fifo-chunk" + kilobytes + "k";
      all.add(new Composed(name, ONE_WAY, new Fifos(kilobytes * 1024, 0)));
    }
    return all;
  }
}
