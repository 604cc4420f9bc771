// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.Outcome;

/** What two looks may find of two messages that are sent meanwhile. */
@Outcome(
    id = {"0, 0", "0, 1", "1, 0", "1, 2"},
    expect = Expect.ACCEPTABLE,
    desc = "A prefix.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Torn, repeated or out of order.")
final class Prefix {
  private Prefix() {}
}
