// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

/**
 * Keeps the poller some hundred messages behind a fast stream: who reads close behind the writer
 * takes cache lines away that the writer needs next, and the processor's prefetching takes more of
 * them. What comes slowly, and questions and answers above all, is taken at once. For the poller's
 * thread.
 */
final class Pace {
  /** Fewer messages at one look are no stream. */
  private static final int STREAM = 3;

  /** As many as one look takes: with fewer it came to the end, where the writer writes. */
  private static final int NEAR = 256;

  /** That part of a ring is enough at one look, too; twice as much is too far behind. */
  private static final int RING_PART = 8;

  /** The longest rest, in spin waits: about ten microseconds. */
  private static final int LONGEST = 256;

  /** For so many spin waits at least one message must come: five million a second. */
  private static final int WAITS = 4;

  /** After so many looks with enough, the rest may be too long: a full ring does not show. */
  private static final int PATIENCE = 32;

  private int steps;
  private int enoughs;

  /**
   * So much was there at one look. A rest lasts no longer than messages come for it, at least one
   * for every few spin waits, so that it ends when a stream becomes slow.
   *
   * @param bytes of the ring; 0 if the messages came with the baton
   * @param capacity of the ring, in bytes
   */
  void took(int messages, long bytes, int capacity) {
    long enough = capacity / RING_PART;
    if (messages < STREAM || bytes == 0) {
      steps = 0;
    } else if (bytes > 2 * enough || messages < steps / WAITS) {
      steps -= (steps + 3) / 4;
    } else if (messages < NEAR && bytes < enough) {
      steps = Math.min(steps + 1, LONGEST);
    } else if (++enoughs >= PATIENCE) {
      enoughs = 0;
      steps = Math.max(0, steps - 1);
    }
  }

  /** How many spin waits the next rest lasts. */
  int steps() {
    return steps;
  }

  void rest() {
    for (int i = 0; i < steps; i++) {
      Thread.onSpinWait();
    }
  }
}
