// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** The reader goes to sleep while a message is sent: empty, rung, empty after the short sleep. */
@JCStressTest
@Outcome(
    id = {"true, true, false", "false, true, false", "false, false, false"},
    expect = Expect.ACCEPTABLE,
    desc = "It is woken, or does not sleep.")
@Outcome(
    id = "true, false, false",
    expect = Expect.ACCEPTABLE_INTERESTING,
    desc = "The writer pays no fence: the short sleep ends it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Asleep for good beside a message.")
@State
public class SleepRace extends RacingRing {
  @Actor
  public void reader(ZZZ_Result result) {
    reader.announceSleep();
    result.r1 = reader.isEmpty();
  }

  @Actor
  public void writer(ZZZ_Result result) {
    send(1);
    result.r2 = writer.bellWanted();
  }

  @Arbiter
  public void later(ZZZ_Result result) {
    result.r3 = reader.isEmpty();
  }
}
