// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipc.Channel;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.ReceiveResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What the tests of children and FIFOs have in common. */
final class Programs {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Programs() {}

  /** The command that runs a class of the tests in another JVM. */
  static List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  static Endpoint shell(String script) {
    return PipeTransport.exec(List.of("sh", "-c", script));
  }

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  static String text(ByteBuffer message) {
    return UTF_8.decode(message.duplicate()).toString();
  }

  /** Everything until the end of the channel. */
  static List<String> all(Channel channel) throws InterruptedException {
    List<String> texts = new ArrayList<>();
    ReceiveResult result;
    do {
      result = channel.receive(message -> texts.add(text(message)), PATIENCE);
    } while (result == ReceiveResult.RECEIVED);
    if (result == ReceiveResult.TIMED_OUT) {
      throw new AssertionError("no end within " + PATIENCE + ", so far " + texts);
    }
    return texts;
  }

  static CloseReport report(Channel channel) throws Exception {
    return channel.closed().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited " + PATIENCE + " for " + what);
      }
      Thread.sleep(1); // between two looks
    }
  }

  static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  static long descriptors() {
    return openFiles().size();
  }

  /** What is behind each open descriptor, without what the JVM opens at any time. */
  static List<String> openFiles() {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.flatMap(Programs::target).filter(target -> !isOfJvm(target)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many streams have a spool. */
  static long spools() {
    return openFiles().stream().filter(Programs::isSpool).count();
  }

  /** The descriptor of a spool. */
  static Path spool() throws IOException {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.filter(file -> target(file).anyMatch(Programs::isSpool))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean isSpool(String target) {
    return target.endsWith("/w (deleted)");
  }

  private static Stream<String> target(Path descriptor) {
    try {
      return Stream.of(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException e) {
      return Stream.empty(); // closed since it was listed
    }
  }

  /** Its compilers ask the system for memory at any time; and the listing itself is open. */
  private static boolean isOfJvm(String target) {
    return target.startsWith("/sys/fs/cgroup/")
        || target.equals("/proc/sys/vm/overcommit_memory")
        || target.equals("/proc/" + ProcessHandle.current().pid() + "/fd");
  }

  /** How many children of this process there are, zombies too. */
  static long children() {
    return ProcessHandle.current().children().count();
  }
}
