// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.UnusableEndpointException;
import dev.ipc.spi.Directories;
import dev.ipc.spi.EndpointLock;
import dev.ipc.spi.FileFacts;
import dev.ipc.spi.Users;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where segments are born, in memory and for our eyes only: {@code $XDG_RUNTIME_DIR/ipc-shm}, or
 * {@code /dev/shm/ipc-<uid>}. Each context that listens has the lowest number that is free, by a
 * lock; a segment is a file {@code s} in a random directory with that number in front, for the few
 * moments until both sides have mapped it.
 *
 * <pre>
 *   /dev/shm/ipc-1000/0.lock                  held as long as the context is open, never deleted
 *                     0-8412634523/s          a segment
 *                     1.lock
 * </pre>
 *
 * <p>What a killed process left is removed by the next one that starts, whichever number it gets:
 * the kernel has released the lock that proves the owner alive.
 */
final class SegmentDirectory implements AutoCloseable {
  private static final int NUMBERS = 100_000;
  private static final Pattern SEGMENT = Pattern.compile("([0-9]{1,5})-[0-9]+");

  private final EndpointLock lock;

  private SegmentDirectory(EndpointLock lock) {
    this.lock = lock;
  }

  /**
   * Takes a number and removes what others left.
   *
   * @throws UnusableEndpointException if there is no place for segments
   */
  static SegmentDirectory open(Endpoint endpoint) {
    return open(runtime().orElseGet(SegmentDirectory::shared), endpoint);
  }

  static SegmentDirectory open(Path base, Endpoint endpoint) {
    makePrivate(base, endpoint);
    EndpointLock lock = number(base, endpoint);
    SegmentDirectory made = new SegmentDirectory(lock);
    try {
      made.sweep(base, endpoint);
      return made;
    } catch (IOException e) {
      made.close();
      throw unusable(base, endpoint, e);
    }
  }

  /** A new directory for one segment. */
  Path createPrivate() throws IOException {
    return Directories.createPrivate(lock.name().getParent(), prefix(lock.name()));
  }

  /** Gives the number back. */
  @Override
  public void close() {
    lock.close();
  }

  private static void makePrivate(Path base, Endpoint endpoint) {
    try {
      Directories.checkParent(base, endpoint);
      Directories.makePrivate(base);
    } catch (IOException e) {
      throw unusable(base, endpoint, e);
    }
  }

  private static Optional<Path> runtime() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime == null || !runtime.startsWith("/")) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(runtime);
      return FileFacts.of(path).filter(Directories::isPrivate).map(f -> path.resolve("ipc-shm"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path shared() {
    String user =
        Users.selfUid().stream()
            .mapToObj(Integer::toString)
            .findFirst()
            .orElseGet(() -> Users.self().getName());
    return Path.of("/dev/shm/ipc-" + user);
  }

  private static EndpointLock number(Path base, Endpoint endpoint) {
    for (int number = 0; number < NUMBERS; number++) {
      try {
        return EndpointLock.acquire(base.resolve(Integer.toString(number)), endpoint);
      } catch (EndpointInUseException e) {
        // the next one
      }
    }
    throw new UnusableEndpointException(
        "too many processes have segments here, directory=" + base + ", endpoint=" + endpoint);
  }

  private void sweep(Path base, Endpoint endpoint) throws IOException {
    Directories.sweepPrivate(lock.name().getParent(), prefix(lock.name()));
    for (String number : left(base)) {
      try (EndpointLock dead = EndpointLock.acquire(base.resolve(number), endpoint)) {
        Directories.sweepPrivate(dead.name().getParent(), prefix(dead.name()));
      } catch (EndpointInUseException e) {
        // its owner lives
      }
    }
  }

  /** The numbers that segments of others have. */
  private static Set<String> left(Path base) throws IOException {
    Set<String> numbers = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(base)) {
      for (Path file : files) {
        Matcher matcher = SEGMENT.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          numbers.add(matcher.group(1));
        }
      }
    }
    return numbers;
  }

  private static String prefix(Path name) {
    return name.getFileName() + "-";
  }

  private static UnusableEndpointException unusable(Path base, Endpoint endpoint, IOException e) {
    return new UnusableEndpointException(
        "there is no place for segments, directory="
            + base
            + ", endpoint="
            + endpoint
            + ", cause="
            + e
            + "; remove what is in the way, or set XDG_RUNTIME_DIR to a directory of mode 0700",
        e);
  }
}
