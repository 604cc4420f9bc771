// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import java.io.IOException;
import java.util.List;

/** Closes several things. */
public final class Closing {
  private Closing() {}

  /** Closes all, in this order, whatever happens; throws the first failure, with the others. */
  public static void all(List<AutoCloseable> resources) throws IOException {
    IOException failure = null;
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IOException(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
