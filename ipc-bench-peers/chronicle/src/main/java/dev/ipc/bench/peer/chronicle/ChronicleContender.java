// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import dev.ipc.bench.Contender;
import dev.ipc.bench.peer.Tally;
import dev.ipc.bench.peer.ThreadServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.threads.Pauser;

/**
 * Chronicle Queue: one queue to the server, for round trips another one back.
 *
 * <p>It keeps all that was ever written, and a writer never waits for a reader. So that memory is
 * bounded and nothing lost, messages go through a row of queues, {@link Segments}.
 */
record ChronicleContender(String name, Setting setting) implements Contender {
  @Override
  public Collection<Work> works() {
    return List.of(Work.values());
  }

  /**
   * The access to the JDK that Chronicle documents for Java 17. It may not report its use to anyone
   * ({@code chronicle.analytics.disable}), nor watch the disk with a thread.
   */
  @Override
  public List<String> jvmOptions() {
    List<String> options = new ArrayList<>();
    for (String name :
        List.of(
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "jdk.unsupported/sun.misc",
            "jdk.compiler/com.sun.tools.javac.file")) {
      options.add("--add-exports=" + name + "=ALL-UNNAMED");
    }
    for (String name :
        List.of(
            "jdk.compiler/com.sun.tools.javac",
            "java.base/java.lang",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.util",
            "java.base/sun.nio.ch")) {
      options.add("--add-opens=" + name + "=ALL-UNNAMED");
    }
    options.add("-Dchronicle.analytics.disable=true");
    options.add("-Dchronicle.disk.monitor.disable=true");
    if (setting == Setting.TUNED) {
      options.add("-Dbytes.bounds.unchecked=true");
      options.add("-Ddisable.single.threaded.check=true");
    }
    return options;
  }

  @Override
  public Server serve(Work work, Path place, int size) {
    Tally tally = new Tally(size);
    Reader requests = new Reader(segments(place, "requests", size));
    Writer replies = work == Work.ROUND_TRIP ? new Writer(segments(place, "replies", size)) : null;
    return ThreadServer.polling(
        tally,
        server -> serve(server, tally, requests, replies),
        requests,
        replies == null ? () -> {} : replies,
        ChronicleContender::endThreads,
        () -> Segments.delete(place.resolve("requests")),
        () -> Segments.delete(place.resolve("replies")));
  }

  private void serve(ThreadServer server, Tally tally, Reader requests, Writer replies)
      throws Exception {
    Pauser pauser = setting.pauser(replies == null ? Work.ONE_WAY : Work.ROUND_TRIP);
    Consumer<Bytes<?>> taker =
        bytes -> {
          tally.take(bytes.readInt(bytes.readPosition()), (int) bytes.readRemaining());
          if (replies != null) {
            replies.write(bytes, server::closing);
          }
        };
    while (!server.closing()) {
      if (requests.poll(taker)) {
        pauser.reset();
      } else {
        pauser.pause();
      }
    }
  }

  @Override
  public Client connect(Work work, Path place, int size) {
    Reader replies = work == Work.ROUND_TRIP ? new Reader(segments(place, "replies", size)) : null;
    return new ChronicleClient(
        new Writer(segments(place, "requests", size)), replies, setting.pauser(work), size);
  }

  private Segments segments(Path place, String direction, int size) {
    return new Segments(setting, place.resolve(direction), size);
  }

  /** Ends the thread that unmaps files. */
  static void endThreads() {
    net.openhft.chronicle.core.io.BackgroundResourceReleaser.stop();
  }
}
