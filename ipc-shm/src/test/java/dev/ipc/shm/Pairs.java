// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Connected channels in one process, each side with a poller of its own. */
final class Pairs implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final IpcContext servers = IpcContext.of(ChannelConfig.defaults(), new ShmTransport());
  private final IpcContext clients = IpcContext.of(ChannelConfig.defaults(), new ShmTransport());
  private final Listener listener;

  Pairs(Path directory, String ring) {
    listener = servers.listen(endpoint(directory).with(RingOption.KEY, ring));
  }

  record Pair(Channel near, Channel far) {}

  Pair connect() throws InterruptedException {
    Channel near = clients.connect(listener.endpoint());
    return new Pair(near, listener.accept(PATIENCE).orElseThrow());
  }

  static Endpoint endpoint(Path directory) {
    return Endpoint.of(
        "shm", directory.resolve("p" + COUNT.incrementAndGet()).toString(), Map.of());
  }

  /** How many segments this process has mapped. */
  static long mappings() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("/s (deleted)") || line.endsWith("/s")).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names in a directory, in order. */
  static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many names there are but those of locks. */
  static long files(Path directory) {
    return names(directory).stream().filter(name -> !name.endsWith(".lock")).count();
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

  @Override
  public void close() {
    listener.close();
    clients.close();
    servers.close();
  }
}
