// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.UnusableEndpointException;
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
 * Where files are born that two processes open and nobody else sees, segments and FIFOs: in memory,
 * {@code $XDG_RUNTIME_DIR/ipc}, or {@code /dev/shm/ipc-<uid>}. Each transport has the lowest number
 * that is free, by a lock; its files are in random directories with that number in front, for the
 * few moments until both sides have opened them.
 *
 * <pre>
 *   /dev/shm/ipc-1000/0.lock            held until {@link #close}, never deleted
 *                     0-8412634523/     the files of a connection
 *                     1.lock
 * </pre>
 *
 * <p>What a killed process left is removed by the next one that starts, whichever number it gets:
 * the kernel has released the lock that proves the owner alive. Any thread may call.
 */
public final class RuntimeDirectory implements AutoCloseable {
  private static final int NUMBERS = 100_000;
  private static final Pattern LEFT = Pattern.compile("([0-9]{1,5})-[0-9]+");

  private final EndpointLock lock;

  private RuntimeDirectory(EndpointLock lock) {
    this.lock = lock;
  }

  /**
   * Takes a number and removes what others left.
   *
   * @param endpoint for the messages
   * @return the caller's to close
   * @throws UnusableEndpointException if there is no place for files
   */
  public static RuntimeDirectory open(Endpoint endpoint) {
    return open(runtime().orElseGet(RuntimeDirectory::shared), endpoint);
  }

  /**
   * The same in another place.
   *
   * @param base a directory of ours, or the path of one to be made
   * @param endpoint for the messages
   * @return the caller's to close
   * @throws UnusableEndpointException if there is no place for files
   */
  public static RuntimeDirectory open(Path base, Endpoint endpoint) {
    makePrivate(base, endpoint);
    EndpointLock lock = number(base, endpoint);
    RuntimeDirectory made = new RuntimeDirectory(lock);
    try {
      made.sweep(base, endpoint);
      return made;
    } catch (IOException e) {
      made.close();
      throw unusable(base, endpoint, e);
    }
  }

  /**
   * A new directory for the files of one connection.
   *
   * @return the caller's to delete
   * @throws IOException if that is impossible
   */
  public Path createPrivate() throws IOException {
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
      return FileFacts.of(path).filter(Directories::isPrivate).map(f -> path.resolve("ipc"));
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
        "too many processes have files here, directory=" + base + ", endpoint=" + endpoint);
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

  /** The numbers that directories of others have. */
  private static Set<String> left(Path base) throws IOException {
    Set<String> numbers = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(base)) {
      for (Path file : files) {
        Matcher matcher = LEFT.matcher(file.getFileName().toString());
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
        "there is no place for private files, directory="
            + base
            + ", endpoint="
            + endpoint
            + ", cause="
            + e
            + "; remove what is in the way, or set XDG_RUNTIME_DIR to a directory of mode 0700",
        e);
  }
}
