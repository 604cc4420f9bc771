// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import dev.ipc.bench.Composed;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/** Agrona's rings, which need a JVM option. */
public final class AgronaProvider implements Contender.Provider {
  private static final List<String> OPTIONS =
      List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED");
  private static final List<Work> BOTH = List.of(Work.values());
  private static final List<Work> ONE_WAY = List.of(Work.ONE_WAY);

  @Override
  public Collection<Contender> contenders() {
    List<Contender> all = new ArrayList<>();
    all.add(contender("agrona-spsc", BOTH, new Rings(OneToOneRingBuffer::new, Writing.WRITE, 1)));
    all.add(
        contender("agrona-spsc-claim", BOTH, new Rings(OneToOneRingBuffer::new, Writing.CLAIM, 1)));
    all.add(contender("agrona-mpsc", BOTH, new Rings(ManyToOneRingBuffer::new, Writing.WRITE, 1)));
    for (int threads : new int[] {2, 4}) {
      all.add(
          contender(
              "agrona-mpsc-" + threads + "threads",
              ONE_WAY,
              new Rings(ManyToOneRingBuffer::new, Writing.WRITE, threads)));
    }
    return all;
  }

  private static Contender contender(String name, List<Work> works, Rings rings) {
    return new Composed(name, works, OPTIONS, rings);
  }
}
