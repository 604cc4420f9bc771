// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/** Whoever hears of the end, by whatever way, finds all messages sent before it. */
@JCStressTest
@Outcome(
    id = {"false, 0", "false, 1", "true, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "No end, or all messages.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The end came before the message.")
@State
public class CloseRace extends RacingRing {
  private volatile boolean closed;

  @Actor
  public void writer() {
    send(1);
    closed = true;
  }

  @Actor
  public void reader(ZJ_Result result) {
    result.r1 = closed;
    result.r2 = look();
  }
}
