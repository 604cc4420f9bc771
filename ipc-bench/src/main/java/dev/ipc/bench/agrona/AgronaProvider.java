// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.agrona;

import dev.ipc.bench.Composed;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Agrona's rings, which need a JVM option. */
public final class AgronaProvider implements Contender.Provider {
  private static final List<String> ACCESS =
      List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED");
  private static final List<Work> BOTH = List.of(Work.values());
  private static final List<Work> ONE_WAY = List.of(Work.ONE_WAY);

  @Override
  public Collection<Contender> contenders() {
    List<Contender> all = new ArrayList<>();
    all.add(tuned("agrona-spsc", OneToOneRingBuffer::new, Writing.WRITE, 1));
    all.add(tuned("agrona-spsc-claim", OneToOneRingBuffer::new, Writing.CLAIM, 1));
    all.add(tuned("agrona-mpsc", ManyToOneRingBuffer::new, Writing.WRITE, 1));
    all.add(tuned("agrona-mpsc-2threads", ManyToOneRingBuffer::new, Writing.WRITE, 2));
    all.add(tuned("agrona-mpsc-4threads", ManyToOneRingBuffer::new, Writing.WRITE, 4));
    all.add(
        contender(
            "agrona-spsc-default",
            new Rings(Setting.DEFAULT, OneToOneRingBuffer::new, Writing.WRITE, 1)));
    all.add(
        contender(
            "agrona-mpsc-4threads-default",
            new Rings(Setting.DEFAULT, ManyToOneRingBuffer::new, Writing.WRITE, 4)));
    return all;
  }

  private static Contender tuned(
      String name, Function<UnsafeBuffer, RingBuffer> ring, Writing writing, int threads) {
    return contender(name, new Rings(Setting.TUNED, ring, writing, threads));
  }

  private static Contender contender(String name, Rings rings) {
    List<String> options = new ArrayList<>(ACCESS);
    options.addAll(rings.setting().options());
    return new Composed(name, rings.threads() == 1 ? BOTH : ONE_WAY, options, rings);
  }
}
