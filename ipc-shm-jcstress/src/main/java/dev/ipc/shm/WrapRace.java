// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJZ_Result;

/**
 * The ring is full but for the reader's progress; the next record goes behind a padding to the
 * beginning of the data, over a record that is just being read.
 */
@JCStressTest
@Outcome(
    id = {"1, 2, true", "1, 2, false"},
    expect = Expect.ACCEPTABLE,
    desc = "What was there, unharmed.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Overwritten before it was read.")
@State
public class WrapRace extends RacingRing {
  /** Leaves too little before the end of the data; all else is taken by records not yet read. */
  public WrapRace() {
    writer.offer(0, SegmentLayout.LAST, buffer -> {});
    reader.take((part, flags) -> {}, 1);
    for (long number = 1; send(number); number++) {
      // Until it is full.
    }
  }

  @Actor
  public void writer(JJZ_Result result) {
    boolean sent = false;
    for (int tries = 0; tries < 20 && !sent; tries++) {
      sent = send(-7);
    }
    result.r3 = sent;
  }

  @Actor
  public void reader(JJZ_Result result) {
    result.r1 = look();
    result.r2 = look();
  }
}
