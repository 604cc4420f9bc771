// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.Collection;
import java.util.List;

/** Contenders that must not get a figure. */
public final class BrokenProvider implements Contender.Provider {
  static final String WRONG_COUNT = "broken-count";
  static final String STOPPED = "broken-server";
  static final String REASON = "stopped on purpose";

  @Override
  public Collection<Contender> contenders() {
    return List.of(
        contender(WRONG_COUNT, new BrokenServer(Long.MAX_VALUE, null)),
        contender(STOPPED, new BrokenServer(0, new IllegalStateException(REASON))));
  }

  private static Contender contender(String name, BrokenServer server) {
    return new Composed(
        name,
        List.of(Contender.Work.ONE_WAY),
        Ends.of((work, place, size) -> server, (work, place, size) -> new Nowhere()));
  }

  private record BrokenServer(long received, Throwable failure) implements Contender.Server {
    @Override
    public void close() {}
  }

  /** Sends to nobody. */
  private static final class Nowhere implements Contender.Client {
    @Override
    public void send(int count) {}

    @Override
    public void close() {}
  }
}
