// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.nio.file.Path;

/** Both ends of a contender. */
public interface Ends {
  /** As in {@link Contender#serve}. */
  Contender.Server serve(Contender.Work work, Path place, int size) throws Exception;

  /** As in {@link Contender#connect}. */
  Contender.Client connect(Contender.Work work, Path place, int size) throws Exception;

  /** Makes one end. */
  interface Opening<T> {
    /** As in {@link Contender}. */
    T open(Contender.Work work, Path place, int size) throws Exception;
  }

  /** Two functions together. */
  static Ends of(Opening<Contender.Server> server, Opening<Contender.Client> client) {
    return new Ends() {
      @Override
      public Contender.Server serve(Contender.Work work, Path place, int size) throws Exception {
        return server.open(work, place, size);
      }

      @Override
      public Contender.Client connect(Contender.Work work, Path place, int size) throws Exception {
        return client.open(work, place, size);
      }
    };
  }
}
