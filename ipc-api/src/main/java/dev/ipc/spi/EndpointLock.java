// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.UnusableEndpointException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The right to a name: a kernel lock on the empty file {@code <name>.lock} beside it, held until
 * {@link #close} or the death of the process, however it dies. The file itself is never deleted: a
 * starter that holds a lock on a deleted file would not exclude the next one.
 *
 * <p>The kernel drops a process's lock when the process closes <em>any</em> descriptor of the file.
 * So nobody else may open a lock file, all of that happens on the {@link FileThread}, and who holds
 * what is asked before opening. Any thread may call.
 */
public final class EndpointLock implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  // Both belong to the file thread. They also keep the channels from the collector, which would
  // close them.
  private static final Map<Path, EndpointLock> HELD = new HashMap<>();
  private static final Map<Path, FileChannel> KEPT_OPEN = new HashMap<>();

  private final Path name;
  private final Object key;
  private final FileChannel channel;

  private EndpointLock(Path name, Object key, FileChannel channel) {
    this.name = name;
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the name's lock, without waiting for it. Checks the directory first. An interrupt changes
   * nothing.
   *
   * @param name the name, absolute or relative to the working directory; need not exist
   * @param endpoint for the messages
   * @return the caller's to close
   * @throws EndpointInUseException if this or another process holds it
   * @throws UnusableEndpointException if the directory is no place for a name, or what stands in
   *     the lock's place is not our lock file; nothing was changed
   */
  public static EndpointLock acquire(Path name, Endpoint endpoint) {
    return FileThread.call(() -> take(name, endpoint));
  }

  /**
   * The name that is locked.
   *
   * @return its canonical form: the real path of its directory, and its last part as it was given
   */
  public Path name() {
    return name;
  }

  /** Gives the name up. Idempotent; keeps the interrupt flag. */
  @Override
  public void close() {
    FileThread.call(
        () -> {
          if (HELD.remove(name, this)) {
            closeQuietly(channel);
          }
          return null;
        });
  }

  private static EndpointLock take(Path given, Endpoint endpoint) {
    Path directory = Directories.checkParent(given, endpoint);
    Path name = directory.resolve(given.getFileName());
    Path file = directory.resolve(given.getFileName() + ".lock");
    try {
      if (HELD.containsKey(name)) {
        throw inUse("this process", file, endpoint);
      }
      Object key = prepare(file, endpoint).key();
      // The same file by another path, such as a second mount of the directory.
      if (HELD.values().stream().anyMatch(lock -> lock.key.equals(key))) {
        throw inUse("this process", file, endpoint);
      }
      EndpointLock lock = new EndpointLock(name, key, lock(file, key, endpoint));
      HELD.put(name, lock);
      return lock;
    } catch (IOException e) {
      throw new UnusableEndpointException(
          "the endpoint's lock file cannot be used, path="
              + file
              + ", endpoint="
              + endpoint
              + ", cause="
              + e
              + "; correct that or choose another directory",
          e);
    }
  }

  private static FileFacts prepare(Path file, Endpoint endpoint) throws IOException {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      // Not deleted by its last owner; or something else, as we shall see.
    }
    FileFacts facts = FileFacts.of(file).orElseThrow(() -> new NoSuchFileException("" + file));
    boolean lockFile = facts.isRegular() && facts.links() == 1 && facts.size() == 0;
    if (!lockFile || !facts.isOurs()) {
      throw new UnusableEndpointException(
          "something else is in the place of the endpoint's lock file, path="
              + file
              + ", found="
              + facts
              + ", size="
              + facts.size()
              + ", links="
              + facts.links()
              + ", endpoint="
              + endpoint
              + "; move it away or choose another name");
    }
    if (facts.permissions() != 0600) {
      Files.setPosixFilePermissions(file, OWNER_ONLY); // an umask that takes our own rights
    }
    return facts;
  }

  private static FileChannel lock(Path file, Object key, Endpoint endpoint) throws IOException {
    FileChannel channel = KEPT_OPEN.remove(file);
    if (channel == null) {
      channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }
    try {
      // A lock on a file that somebody has moved away meanwhile would exclude nobody.
      if (channel.tryLock() != null && isAt(file, key)) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // A copy of this class, from another class loader, holds it: to close ours would drop its
      // lock.
      KEPT_OPEN.put(file, channel);
      throw inUse("another copy of this library in this process", file, endpoint);
    } catch (IOException e) {
      closeQuietly(channel);
      throw e;
    }
    closeQuietly(channel);
    throw inUse("another process", file, endpoint);
  }

  private static boolean isAt(Path file, Object key) throws IOException {
    return FileFacts.of(file).filter(facts -> facts.key().equals(key)).isPresent();
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is gone whatever close says, and the lock with it.
    }
  }

  private static EndpointInUseException inUse(String owner, Path file, Endpoint endpoint) {
    return new EndpointInUseException(
        owner
            + " listens at the endpoint, endpoint="
            + endpoint
            + ", lock="
            + file
            + "; stop it or choose another name");
  }
}
