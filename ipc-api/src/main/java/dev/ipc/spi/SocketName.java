// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.UnusableEndpointException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The name of a listening Unix domain socket in the file system, from bind to close. A live name is
 * never stolen and a file that is not ours is never removed: of any number of racing starters one
 * wins, and the name appears at once, with its final permissions, leading to a socket that listens.
 *
 * <p>Names are absolute or relative to the working directory, which both sides then must share; at
 * most {@link #MAX_BYTES} long as given, and {@link ShortPath} connects to all of them. A server
 * that does not take our lock is recognised when it answers; two programs that do not share the
 * lock can still race with each other. Any thread may call.
 */
public final class SocketName implements AutoCloseable {
  /** The longest name the kernel takes, in bytes of UTF-8. */
  public static final int MAX_BYTES = 107;

  private final EndpointLock lock;
  private final Object key;
  private final Closeable server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SocketName(EndpointLock lock, Object key, Closeable server) {
    this.lock = lock;
    this.key = key;
    this.server = server;
  }

  /** The transport's own step. */
  @FunctionalInterface
  public interface Binder {
    /**
     * Creates the server socket at a path where nothing is, and listens. Runs on the thread that
     * called {@link SocketName#bind}.
     *
     * @param temporary a path that every library takes, gone when the bind is done
     * @return closes the server socket; must not delete any name
     * @throws IOException if that is impossible; nothing may be left open
     */
    Closeable bind(Path temporary) throws IOException;
  }

  /**
   * Checks the address of an endpoint. No I/O.
   *
   * @param endpoint whose address is a path
   * @return the path as given
   * @throws InvalidEndpointException if it cannot be a socket's name
   */
  public static Path checkPath(Endpoint endpoint) {
    try {
      Path name = Path.of(endpoint.address());
      checkName(name, endpoint);
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
   * Takes a name and has a server socket bound to it. Whatever fails, nothing is left but the empty
   * lock file.
   *
   * @param endpoint for the messages
   * @param name from {@link #checkPath}
   * @param permissions of the socket; the umask has no say
   * @param binder binds the server socket
   * @return the name and its server socket, the caller's to close
   * @throws EndpointInUseException if a live listener owns the name
   * @throws UnusableEndpointException if something else is in the place, the directory is missing
   *     or open to strangers, or permission is denied
   */
  public static SocketName bind(
      Endpoint endpoint, Path name, Set<PosixFilePermission> permissions, Binder binder) {
    checkName(name, endpoint);
    EndpointLock lock = EndpointLock.acquire(name, endpoint);
    SocketName bound = null;
    try {
      StaleSocket.remove(lock.name(), name, endpoint);
      bound = publish(lock, endpoint, permissions, binder);
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
   * Whether the name still leads to this socket; cleaners of temporary directories remove names.
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
   * Removes the name if it is still ours, closes the server socket and gives up the lock.
   * Idempotent; throws nothing of its own; keeps the interrupt flag.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (lock;
        server) {
      // While the server socket is open the kernel keeps its inode, so no other file has our key.
      if (isIntact()) {
        Files.deleteIfExists(lock.name());
      }
    } catch (IOException e) {
      // A stale name, which the next owner of the lock removes.
    }
  }

  private static void checkName(Path name, Endpoint endpoint) {
    String last = name.getFileName() == null ? "" : name.getFileName().toString();
    if (last.isEmpty() || last.equals(".") || last.equals("..")) {
      throw new InvalidEndpointException(
          "the address names a directory, endpoint=" + endpoint + "; name a file in it");
    }
    int bytes = name.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new InvalidEndpointException(
          "the path is too long for a socket, bytes="
              + bytes
              + ", limit="
              + MAX_BYTES
              + ", endpoint="
              + endpoint
              + "; choose a shorter one");
    }
  }

  private static SocketName publish(
      EndpointLock lock, Endpoint endpoint, Set<PosixFilePermission> permissions, Binder binder)
      throws IOException {
    try (BindDirectory directory = BindDirectory.create(lock.name(), endpoint)) {
      Closeable server = binder.bind(directory.address());
      try {
        Files.setPosixFilePermissions(directory.socket(), permissions);
        Object key = FileFacts.of(directory.socket()).orElseThrow().key();
        Files.createLink(lock.name(), directory.socket()); // atomic, and never replaces anything
        return new SocketName(lock, key, server);
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
    }
  }
}
