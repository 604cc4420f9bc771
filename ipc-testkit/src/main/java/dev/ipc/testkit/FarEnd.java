// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.DrainReport;
import java.time.Duration;

/** The other end of a connection, in this process or another one, and what it can be told to do. */
interface FarEnd extends AutoCloseable {
  /** Sends these behind whatever it was told to send before; does not wait for it. */
  void send(Batch batch);

  /** Receives and books everything from now on. */
  void collect();

  /** Receives, books and sends back everything from now on. */
  void echo();

  /** Takes nothing more when this returns; only a pulled end can. */
  void hold();

  /** Takes messages again. */
  void resume();

  /** Throws in the handler of this message, the first being 1. */
  void failAt(long nth);

  /** Never returns from the handler of this message, the first being 1. */
  void stallAt(long nth);

  /** Ends its output. */
  void endOutput();

  /** Waits until we have handled everything it sent. */
  DrainReport drain(Duration timeout);

  /** Closes in order. */
  @Override
  void close();

  /** Cuts at once. */
  void abort();

  /** What it has done and seen so far. */
  FarReport report();
}
