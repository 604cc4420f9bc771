// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** Sends for a given time without asking the clock for every message. */
final class Sending {
  /** Between these times, the number of messages between two looks at the clock is right. */
  private static final long SHORT = 100_000;

  private static final long LONG = 1_000_000;
  private static final int MOST = 1 << 16;

  private Sending() {}

  static long sendFor(Contender.Client client, long nanos) throws Exception {
    long start = System.nanoTime();
    long last = start;
    long total = 0;
    int count = 1;
    while (last - start < nanos) {
      client.send(count);
      total += count;
      long now = System.nanoTime();
      count = next(count, now - last);
      last = now;
    }
    client.flush();
    return total;
  }

  /** How many messages to send next, when these took so long. */
  static int next(int count, long took) {
    if (took < SHORT && count < MOST) {
      return count * 2;
    }
    return took > LONG && count > 1 ? count / 2 : count;
  }
}
