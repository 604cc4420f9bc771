// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer;

import dev.ipc.bench.Contender;
import dev.ipc.bench.Contender.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * One contender at work for a moment, as two processes: what the tests of the peers run. It is no
 * measurement; that is the runner's.
 *
 * @param size bytes of a message
 */
public record Trial(Contender contender, Work work, int size) {
  private static final List<Integer> SIZES = List.of(32, 1024, 65_536, 1_048_576);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Every peer on the class path, every work, sizes from small to large. */
  public static Stream<Trial> all() {
    List<Trial> trials = new ArrayList<>();
    for (Contender contender : contenders()) {
      for (Work work : contender.works()) {
        SIZES.forEach(size -> trials.add(new Trial(contender, work, size)));
      }
    }
    return trials.stream();
  }

  /** Those of peers: the benchmark's own need libraries that are not on a peer's class path. */
  static List<Contender> contenders() {
    String peers = Trial.class.getPackageName() + ".";
    return ServiceLoader.load(Contender.Provider.class).stream()
        .filter(provider -> provider.type().getName().startsWith(peers))
        .flatMap(provider -> provider.get().contenders().stream())
        .toList();
  }

  /** Runs without a pause; throws when a message is lost or something is left behind. */
  public void run() throws Exception {
    run(Duration.ofMillis(100), Duration.ofMillis(200));
  }

  /** Runs both processes, for so long after a warm-up; what came out in words. */
  public String run(Duration warmUp, Duration length) throws Exception {
    Path memory = Path.of("/dev/shm");
    Path place = Files.createTempDirectory(Files.isDirectory(memory) ? memory : null, "trial");
    try {
      String result = run(place, warmUp, length);
      try (Stream<Path> left = Files.list(place)) {
        List<Path> files = left.toList();
        if (!files.isEmpty()) {
          throw new IOException("files were left behind: " + files);
        }
      }
      return result;
    } finally {
      deleteTree(place);
    }
  }

  private String run(Path place, Duration warmUp, Duration length) throws Exception {
    try (TrialProcess server = TrialProcess.start(this, "serve", place, LIMIT)) {
      server.expect("ready");
      try (TrialProcess client = TrialProcess.start(this, "connect", place, LIMIT)) {
        client.expect("ready");
        Thread.sleep(warmUp.toMillis());
        client.ask("reset");
        long[] before = count(server);
        Thread.sleep(length.toMillis());
        long[] after = count(server);
        String latency = client.ask("stop");
        awaitAll(server, Long.parseLong(latency.split(" ")[0]));
        client.ask("close");
        server.ask("close");
        return words(latency, (after[0] - before[0]) * 1e9 / (after[1] - before[1]));
      }
    }
  }

  private String words(String latency, double perSecond) {
    String head = "%-28s %-10s %8d B  ".formatted(contender.name(), work, size);
    if (work == Work.ONE_WAY) {
      return head + "%,.0f msg/s, %,.0f MB/s".formatted(perSecond, perSecond * size / 1e6);
    }
    return head + latency.substring(latency.indexOf(' ') + 1);
  }

  private static long[] count(TrialProcess server) throws Exception {
    String[] words = server.ask("count").split(" ");
    return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
  }

  private static void awaitAll(TrialProcess server, long sent) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos() / 2;
    long received = count(server)[0];
    while (received != sent) {
      if (received > sent || System.nanoTime() > deadline) {
        throw new IllegalStateException("sent=%d, received=%d".formatted(sent, received));
      }
      Thread.sleep(1);
      received = count(server)[0];
    }
    if (sent == 0) {
      throw new IllegalStateException("nothing was sent");
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Prints a line for every contender whose name matches the first argument, at the sizes that
   * follow.
   */
  public static void main(String[] args) {
    Duration length = Duration.ofMillis(Integer.getInteger("trial.millis", 2000));
    List<Contender> chosen =
        contenders().stream().filter(contender -> contender.name().matches(args[0])).toList();
    for (int i = 1; i < args.length; i++) {
      for (Contender contender : chosen) {
        for (Work work : contender.works()) {
          new Trial(contender, work, Integer.parseInt(args[i])).print(length);
        }
      }
    }
  }

  private void print(Duration length) {
    try {
      System.out.println(run(length, length));
    } catch (Exception e) {
      System.out.println(this + " failed: " + e);
    }
  }

  @Override
  public String toString() {
    return contender.name() + " " + work + " " + size;
  }
}
