// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** What comes with the baton is seen whole or not at all, and before what is sent behind it. */
@JCStressTest
@JCStressMeta(Prefix.class)
@State
public class BatonRace extends RacingRing {
  @Actor
  public void writer() {
    if (!pass(1)) {
      throw new IllegalStateException("the baton is not here");
    }
    send(2);
  }

  @Actor
  public void reader(JJ_Result result) {
    result.r1 = look();
    result.r2 = look();
  }
}
