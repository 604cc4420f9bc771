// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.aeron;

import dev.ipc.bench.Contender;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.ThreadServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Aeron IPC: one stream to the server, and for round trips another one back. */
record AeronContender(String name, Setting setting, Publishing publishing) implements Contender {
  static final String CHANNEL = "aeron:ipc";
  static final int REQUESTS = 1001;
  static final int REPLIES = 1002;

  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  /** The first is what Agrona 2 asks for; the last one is in Aeron's scripts for low latency. */
  @Override
  public List<String> jvmOptions() {
    List<String> options = new ArrayList<>();
    options.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    options.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    if (setting.tuned()) {
      options.add("-Dagrona.disable.bounds.checks=true");
    }
    return options;
  }

  @Override
  public Server serve(Work work, Path place, int size) {
    Tally tally = new Tally(size);
    AeronEnd end = AeronEnd.serving(this, place, size);
    AeronServer loop = new AeronServer(end, tally, work);
    return ThreadServer.polling(tally, loop, end);
  }

  @Override
  public Client connect(Work work, Path place, int size) {
    return new AeronClient(AeronEnd.asking(this, place), work, size);
  }
}
