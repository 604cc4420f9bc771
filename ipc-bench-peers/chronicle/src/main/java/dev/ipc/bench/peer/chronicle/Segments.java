// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.ChronicleQueue;

/**
 * A row of queues of about one GiB. The reader deletes each when it has read it; the writer begins
 * the next but one only then. With small messages opening a queue is too rare to be seen in a
 * figure. From 64 KiB a queue is full after a part of a second, and its opening, its fresh memory
 * and its deletion are part of the figure, as of that of a queue that is kept.
 */
final class Segments {
  private static final long BYTES = 1L << 30;

  private final Setting setting;
  private final Path directory;
  private final long messages;
  private int index = -1;
  private long left;

  Segments(Setting setting, Path directory, int size) {
    this.setting = setting;
    this.directory = directory;
    // Each message has a header and shares in an index.
    this.messages = BYTES / (size + 16);
  }

  /** Counts a message; whether it is the first of a new segment. */
  boolean advance() {
    if (left > 0) {
      left--;
      return false;
    }
    left = messages - 1;
    index++;
    return true;
  }

  /** Whether the next message is the first of a new segment. */
  boolean exhausted() {
    return left == 0;
  }

  ChronicleQueue open() {
    return setting.queue(path(index).toFile());
  }

  /** Deletes the segment that was open. */
  void deleteLast() throws IOException {
    delete(path(index));
  }

  /** Waits until the last but one has been read. */
  void awaitRoom(BooleanSupplier ended) {
    while (index >= 2 && Files.exists(path(index - 2)) && !ended.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private Path path(int number) {
    return directory.resolve(Integer.toString(number));
  }

  static void delete(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : deepestFirst) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
