// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A private temporary directory and the children that work in it. Closing it, and the end of this
 * process by whatever signal can be caught, ends the children and removes the directory.
 */
final class Workshop implements AutoCloseable {
  private static final Duration MERCY = Duration.ofSeconds(2);

  private final Path directory;
  private final Cores cores;
  private final Collection<Child> children = new ConcurrentLinkedQueue<>();
  private final Thread hook = new Thread(this::clear, "demo-end");

  Workshop(Cores cores) throws IOException {
    this.cores = cores;
    this.directory = Files.createTempDirectory("ipc-demo-").toRealPath();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Path directory() {
    return directory;
  }

  /** What starts a child on its processor. */
  List<String> command(Settings settings) {
    List<String> command = new ArrayList<>(cores.prefix(settings.role()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(absoluteClassPath());
    command.add(ChildMain.class.getName());
    command.addAll(settings.arguments());
    return command;
  }

  /** Starts a child on its processor. */
  Child start(Settings settings, BlockingQueue<Child.Event> events) throws IOException {
    String name = settings.role().title();
    ProcessBuilder command = new ProcessBuilder(command(settings));
    Child child = Child.start(name, command.directory(directory.toFile()), events);
    children.add(child);
    return child;
  }

  /** Ends these children: asks, then kills. */
  void end(Collection<Child> some) {
    some.forEach(child -> tree(child).forEach(ProcessHandle::destroy));
    long deadline = System.nanoTime() + MERCY.toNanos();
    boolean interrupted = false;
    for (Child child : some) {
      try {
        if (!child.process().waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          tree(child).forEach(ProcessHandle::destroyForcibly);
          child.process().waitFor(MERCY.toSeconds(), TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        interrupted = true;
        tree(child).forEach(ProcessHandle::destroyForcibly);
      }
    }
    children.removeAll(some);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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
    end(List.copyOf(children));
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // a child removed its own
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<ProcessHandle> tree(Child child) {
    ProcessHandle handle = child.process().toHandle();
    return Stream.concat(handle.descendants(), Stream.of(handle));
  }

  private static String absoluteClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((left, right) -> left + File.pathSeparator + right)
        .orElseThrow();
  }
}
