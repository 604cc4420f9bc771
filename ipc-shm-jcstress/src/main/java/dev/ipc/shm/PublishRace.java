// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A record is seen whole or not at all, and records in their order, also behind a spaced one. */
@JCStressTest
@JCStressMeta(Prefix.class)
@State
public class PublishRace extends RacingRing {
  @Actor
  public void writer() {
    send(1, SegmentLayout.SPACED);
    send(2);
  }

  @Actor
  public void reader(JJ_Result result) {
    result.r1 = look();
    result.r2 = look();
  }
}
