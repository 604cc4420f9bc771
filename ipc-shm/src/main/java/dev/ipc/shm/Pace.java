// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

/**
 * Keeps the poller some kilobytes behind a fast stream: who reads close behind the writer takes
 * cache lines away that the writer needs next, and the processor's prefetching takes more of them.
 * What comes slowly, and questions and answers above all, is taken at once. For the poller's
 * thread.
 */
final class Pace {
  /** Fewer messages at one look are no stream. */
  private static final int STREAM = 3;

  /** With fewer bytes at one look the writer is too near, in bytes. */
  private static final int NEAR = 8 * 1024;

  private static final int FAR = 2 * NEAR;

  /** The longest rest, in spin waits: about ten microseconds. */
  private static final int LONGEST = 256;

  /** For so many spin waits at least one message must come: five million a second. */
  private static final int WAITS = 4;

  private int steps;

  /**
   * So much was there at one look. A rest lasts no longer than messages come for it, at least one
   * for every few spin waits, so that it ends when a stream becomes slow.
   */
  void took(int messages, long bytes) {
    if (messages < STREAM) {
      steps = 0;
    } else if (bytes > FAR || messages < steps / WAITS) {
      steps -= (steps + 3) / 4;
    } else if (bytes < NEAR) {
      steps = Math.min(steps + 1, LONGEST);
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
