// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * A contender put together from its parts.
 *
 * @param name as in {@link Contender#name()}
 * @param works as in {@link Contender#works()}
 * @param jvmOptions as in {@link Contender#jvmOptions()}
 * @param ends serves and connects
 */
public record Composed(String name, Collection<Work> works, List<String> jvmOptions, Ends ends)
    implements Contender {
  /** Needs no JVM options. */
  public Composed(String name, Collection<Work> works, Ends ends) {
    this(name, works, List.of(), ends);
  }

  @Override
  public Server serve(Work work, Path place, int size) throws Exception {
    return ends.serve(work, place, size);
  }

  @Override
  public Client connect(Work work, Path place, int size) throws Exception {
    return ends.connect(work, place, size);
  }
}
