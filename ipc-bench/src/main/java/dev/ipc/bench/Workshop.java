// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * A private directory in memory, and the processes that work in it. Closing it, and the end of this
 * process by whatever signal can be caught, ends the processes and removes the directory.
 */
final class Workshop implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Cores cores;
  private final Path directory;
  private final Collection<Child> children = new ConcurrentLinkedQueue<>();
  private final Thread hook = new Thread(this::clear, "bench-end");
  private int places;

  Workshop(Cores cores) throws IOException {
    this.cores = cores;
    this.directory =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "ipc-bench-")
            : Files.createTempDirectory("ipc-bench-").toRealPath();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Cores cores() {
    return cores;
  }

  /** A new empty directory. */
  Path place() throws IOException {
    return Files.createDirectory(directory.resolve(Integer.toString(places++)));
  }

  Child start(Side side, Entry entry, Question question, Path place) throws IOException {
    List<String> command = new ArrayList<>(cores.prefix(side));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(entry.contender().jvmOptions());
    command.addAll(List.of("-cp", entry.classPath(), ChildMain.class.getName()));
    command.addAll(List.of(side.name(), entry.provider(), entry.name()));
    command.addAll(
        List.of(question.work().name(), place.toString(), Integer.toString(question.size())));
    String name = entry.name() + " " + side.name().toLowerCase(java.util.Locale.ROOT);
    Child child = Child.start(name, command, directory);
    children.add(child);
    return child;
  }

  void forget(Child child) {
    children.remove(child);
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it is running
    }
  }

  private synchronized void clear() {
    children.forEach(Child::kill);
    remove(directory);
  }

  /** Removes a directory, while processes may still remove files of their own. */
  static void remove(Path directory) {
    for (int attempt = 0; Files.exists(directory) && attempt < 3; attempt++) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | UncheckedIOException e) {
        // a process removed or made one: again
      }
    }
  }
}
