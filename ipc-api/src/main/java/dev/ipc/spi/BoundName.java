// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.UnusableEndpointException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The name of a listener in the file system, from bind to close. A live name is never stolen and a
 * file that is not ours is never removed: of any number of racing starters one wins, and the name
 * appears at once, with its final permissions, leading to something that listens.
 *
 * <p>Names are absolute or relative to the working directory, which both sides then must share. Any
 * thread may call.
 */
public final class BoundName implements AutoCloseable {
  private final EndpointLock lock;
  private final Object key;
  private final Closeable server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private BoundName(EndpointLock lock, Object key, Closeable server) {
    this.lock = lock;
    this.key = key;
    this.server = server;
  }

  /** What kind of file the name leads to. Runs on the thread that called {@link #bind}. */
  public interface Kind {
    /**
     * Whether a listener of this kind may have left what stands in the place.
     *
     * @param found what stands there; whose it is, is checked elsewhere
     * @return false if it is another kind of file
     */
    boolean fits(FileFacts found);

    /**
     * Makes sure that nobody listens there without our lock. Nobody else holds the name's lock.
     *
     * @param place the canonical name; a file of this kind was there a moment ago
     * @throws EndpointInUseException if somebody listens
     * @throws IOException if that cannot be told
     */
    void requireUnanswered(Path place) throws IOException;

    /**
     * Creates the file at a path where nothing is, and listens.
     *
     * @param temporary a path that every library takes, gone when the bind is done
     * @return ends the listening; must not delete any name, and keeps the file's inode until then
     * @throws IOException if that is impossible; nothing may be left open
     */
    Closeable bind(Path temporary) throws IOException;

    /**
     * The permissions of the file; the umask has no say.
     *
     * @return such as {@code rw-------}
     */
    Set<PosixFilePermission> permissions();
  }

  /**
   * Checks the address of an endpoint. No I/O.
   *
   * @param endpoint whose address is a path
   * @return the path as given
   * @throws InvalidEndpointException if it cannot be the name of a file
   */
  public static Path checkPath(Endpoint endpoint) {
    try {
      Path name = Path.of(endpoint.address());
      String last = name.getFileName() == null ? "" : name.getFileName().toString();
      if (endpoint.address().isEmpty()) {
        throw new InvalidEndpointException(
            "the address is empty, endpoint=" + endpoint + "; write a path");
      }
      if (last.isEmpty() || last.equals(".") || last.equals("..")) {
        throw new InvalidEndpointException(
            "the address names a directory, endpoint=" + endpoint + "; name a file in it");
      }
      return name;
    } catch (InvalidPathException e) {
      throw new InvalidEndpointException(
          "the address is no path here, endpoint="
              + endpoint
              + ", sun.jnu.encoding="
              + System.getProperty("sun.jnu.encoding")
              + "; run in a UTF-8 locale or use ASCII",
          e);
    }
  }

  /**
   * Takes a name and has a file bound to it. Whatever fails, nothing is left but the empty lock
   * file.
   *
   * @param endpoint for the messages
   * @param name from {@link #checkPath}
   * @param kind makes the file
   * @return the name and what listens there, the caller's to close
   * @throws EndpointInUseException if a live listener owns the name
   * @throws UnusableEndpointException if something else is in the place, the directory is missing
   *     or open to strangers, or permission is denied
   */
  public static BoundName bind(Endpoint endpoint, Path name, Kind kind) {
    EndpointLock lock = EndpointLock.acquire(name, endpoint);
    BoundName bound = null;
    try {
      removeStale(lock.name(), endpoint, kind);
      bound = publish(lock, endpoint, kind);
      return bound;
    } catch (FileAlreadyExistsException e) {
      throw new EndpointInUseException(
          "somebody took the endpoint's name without its lock, endpoint="
              + endpoint
              + "; choose another name",
          e);
    } catch (IOException e) {
      throw new UnusableEndpointException(
          "the endpoint cannot be bound, endpoint="
              + endpoint
              + ", user="
              + Users.self().getName()
              + ", cause="
              + e
              + "; correct that or choose another name",
          e);
    } finally {
      if (bound == null) {
        lock.close();
      }
    }
  }

  /**
   * Whether the name still leads to this file; cleaners of temporary directories remove names.
   *
   * @return false if it was removed or replaced, or cannot be seen any more
   */
  public boolean isIntact() {
    try {
      return FileFacts.of(lock.name()).filter(facts -> facts.key().equals(key)).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Removes the name if it is still ours, ends the listening and gives up the lock. Idempotent;
   * throws nothing of its own; keeps the interrupt flag.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (lock;
        server) {
      // While it listens the kernel keeps its inode, so no other file has our key.
      if (isIntact()) {
        Files.deleteIfExists(lock.name());
      }
    } catch (IOException e) {
      // A stale name, which the next owner of the lock removes.
    }
  }

  /** Makes the place free of what a killed listener left, or says why it is not. */
  private static void removeStale(Path place, Endpoint endpoint, Kind kind) throws IOException {
    FileFacts facts = FileFacts.of(place).orElse(null);
    if (facts == null) {
      return;
    }
    if (!kind.fits(facts) || !facts.isOurs()) {
      throw new UnusableEndpointException(
          "something else is in the endpoint's place, path="
              + place
              + ", found="
              + facts
              + ", endpoint="
              + endpoint
              + "; move it away or choose another name");
    }
    kind.requireUnanswered(place);
    Files.deleteIfExists(place);
  }

  private static BoundName publish(EndpointLock lock, Endpoint endpoint, Kind kind)
      throws IOException {
    try (BindDirectory directory = BindDirectory.create(lock.name(), endpoint)) {
      Closeable server = kind.bind(directory.address());
      try {
        Files.setPosixFilePermissions(directory.socket(), kind.permissions());
        Object key = FileFacts.of(directory.socket()).orElseThrow().key();
        Files.createLink(lock.name(), directory.socket()); // atomic, and never replaces anything
        return new BoundName(lock, key, server);
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
    }
  }
}
