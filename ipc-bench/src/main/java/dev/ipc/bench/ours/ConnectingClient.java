// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.ours;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.bench.Contender;
import dev.ipc.bench.Stopwatch;

/** A connection for each round trip: the time from connect to the first reply. */
record ConnectingClient(Endpoint endpoint, int size) implements Contender.Client {
  @Override
  public void roundTrips(Stopwatch stopwatch) throws Exception {
    boolean more = true;
    while (more) {
      stopwatch.sent();
      try (Channel channel = Ipc.connect(endpoint)) {
        new PulledClient(channel, size).roundTrip();
        more = stopwatch.returned();
      }
    }
  }

  @Override
  public void close() {}
}
