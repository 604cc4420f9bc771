// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Measures {@code fifo:} between two processes against plain file channels over two FIFOs, in
 * rounds that take turns, so that both see the same machine. Run it as a program: {@code PipeSpeed
 * [seconds per round] [rounds]}.
 */
final class PipeSpeed {
  private static final int SMALL = 32;
  private static final int LARGE = 64 * 1024;
  private static final int[] CHUNKS = {4096, 8192, 16384, 32768, 65536, 131072};

  /** What stands before the command of the other process, such as {@code taskset -c 1}. */
  private static final List<String> PREFIX =
      Arrays.stream(System.getProperty("speed.prefix", "").split(" "))
          .filter(word -> !word.isEmpty())
          .toList();

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final byte ECHO = 'e';
  private static final byte COUNT = 'c';
  private static final byte LAST = 'l';

  private final Path directory;
  private final double seconds;
  private final int rounds;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNKS[CHUNKS.length - 1]);

  private PipeSpeed(Path directory, double seconds, int rounds) {
    this.directory = directory;
    this.seconds = seconds;
    this.rounds = rounds;
  }

  private interface Round {
    double run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("peer")) {
      serve(Path.of(arguments[1]));
      return;
    }
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 0.5;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    Path directory = Files.createTempDirectory("speed");
    Mkfifo.make(directory.resolve("down"), directory.resolve("up"));
    Process peer = start(directory);
    try {
      new PipeSpeed(directory, seconds, rounds).measure();
    } finally {
      peer.destroyForcibly().waitFor();
      for (String file : List.of("down", "up", "f", "f.lock")) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.delete(directory);
    }
  }

  private static Process start(Path directory) throws IOException {
    List<String> command = new ArrayList<>(PREFIX);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PipeSpeed.class.getName(),
            "peer",
            directory.toString()));
    return new ProcessBuilder(command).inheritIO().start();
  }

  private static Endpoint endpoint(Path directory) {
    return Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
  }

  private void measure() throws Exception {
    try (FileChannel down = FileChannel.open(directory.resolve("down"), StandardOpenOption.WRITE);
        FileChannel up = FileChannel.open(directory.resolve("up"), StandardOpenOption.READ);
        IpcContext context = IpcContext.create();
        Channel channel = context.connect(endpoint(directory))) {
      compare("round trip, us", () -> roundTrip(channel), () -> plainRoundTrip(down, up));
      compare(
          "one way 32 bytes, M/s",
          () -> oneWay(channel, SMALL) / SMALL / 1e6,
          () -> plainOneWay(down, up, SMALL) / SMALL / 1e6);
      for (int chunk : CHUNKS) {
        compare(
            "one way 64 KiB against chunks of " + chunk + ", GB/s",
            () -> oneWay(channel, LARGE) / 1e9,
            () -> plainOneWay(down, up, chunk) / 1e9);
      }
    }
  }

  private void compare(String what, Round ours, Round plain) throws Exception {
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = -1; i < rounds; i++) {
      double a = ours.run();
      double b = plain.run();
      if (i >= 0) { // the first one only warms up
        first.add(a);
        second.add(b);
        ratios.add(a / b);
      }
    }
    System.out.printf(
        "%-52s ours %8.3f  plain %8.3f  ratio %6.3f%n",
        what, median(first), median(second), median(ratios));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  // ---- ours

  private double roundTrip(Channel channel) throws InterruptedException {
    ByteBuffer question = ByteBuffer.allocate(SMALL).put(0, ECHO);
    long start = System.nanoTime();
    int trips = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      channel.send(question);
      channel.receive(answer -> {}, PATIENCE);
      trips++;
    }
    return (System.nanoTime() - start) / 1e3 / trips;
  }

  private double oneWay(Channel channel, int length) throws InterruptedException {
    ByteBuffer message = ByteBuffer.allocateDirect(length).put(0, COUNT);
    long start = System.nanoTime();
    long bytes = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      for (int i = 0; i < 16; i++) {
        channel.send(message);
        bytes += length;
      }
    }
    channel.send(message.duplicate().put(0, LAST));
    channel.receive(answer -> {}, PATIENCE);
    return bytes / ((System.nanoTime() - start) / 1e9);
  }

  // ---- plain

  private double plainRoundTrip(FileChannel down, FileChannel up) throws IOException {
    long start = System.nanoTime();
    int trips = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      writePlain(down, ECHO, SMALL);
      up.read(buffer.clear());
      trips++;
    }
    return (System.nanoTime() - start) / 1e3 / trips;
  }

  private double plainOneWay(FileChannel down, FileChannel up, int chunk) throws IOException {
    long start = System.nanoTime();
    long bytes = 0;
    while (System.nanoTime() - start < seconds * 1e9) {
      for (int i = 0; i < 16; i++) {
        writePlain(down, COUNT, chunk);
        bytes += chunk;
      }
    }
    writePlain(down, LAST, SMALL);
    up.read(buffer.clear());
    return bytes / ((System.nanoTime() - start) / 1e9);
  }

  /** Every 32 bytes begin with what they are for, so that the end is found in any chunk. */
  private void writePlain(FileChannel down, byte kind, int length) throws IOException {
    buffer.put(length - SMALL, kind);
    buffer.limit(length).position(0);
    while (buffer.hasRemaining()) {
      down.write(buffer);
    }
  }

  // ---- the other process

  private static void serve(Path directory) throws Exception {
    Thread plain = new Thread(() -> servePlain(directory));
    plain.start();
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(endpoint(directory))) {
      Channel channel = listener.accept(PATIENCE).orElseThrow();
      channel.onMessage(
          message -> {
            if (message.get(message.position()) != COUNT) {
              channel.trySend(
                  SMALL, room -> room.put(message.duplicate().limit(message.position() + SMALL)));
            }
          });
      channel.closed().toCompletableFuture().join();
    }
  }

  private static void servePlain(Path directory) {
    try (FileChannel down = FileChannel.open(directory.resolve("down"), StandardOpenOption.READ);
        FileChannel up = FileChannel.open(directory.resolve("up"), StandardOpenOption.WRITE)) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(Arrays.stream(CHUNKS).max().getAsInt());
      int count;
      while ((count = down.read(chunk.clear())) >= 0) {
        if (chunk.get(count - SMALL) != COUNT) {
          up.write(chunk.limit(SMALL).position(0));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
