// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import java.io.Closeable;
import java.io.IOException;

/**
 * Two pipes that make a connection.
 *
 * @param in what the peer writes
 * @param out what the peer reads
 */
record Pipe(ReadEnd in, WriteEnd out) implements Closeable {
  /** Sets free whoever waits in one of the ends. Any thread; throws nothing of its own. */
  @Override
  public void close() {
    closeQuietly(in);
    closeQuietly(out);
  }

  static void closeQuietly(Closeable file) {
    try {
      file.close();
    } catch (IOException e) {
      // The descriptor is gone whatever close says.
    }
  }
}
