// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.UnusableEndpointException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

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

  private final BoundName bound;

  private SocketName(BoundName bound) {
    this.bound = bound;
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
    Path name = BoundName.checkPath(endpoint);
    checkName(name, endpoint);
    return name;
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
    BoundName.Kind kind =
        new BoundName.Kind() {
          @Override
          public boolean fits(FileFacts found) {
            return found.isSocket();
          }

          @Override
          public void requireUnanswered(Path place) throws IOException {
            StaleSocket.requireUnanswered(place, name, endpoint);
          }

          @Override
          public Closeable bind(Path temporary) throws IOException {
            return binder.bind(temporary);
          }

          @Override
          public Set<PosixFilePermission> permissions() {
            return permissions;
          }
        };
    return new SocketName(BoundName.bind(endpoint, name, kind));
  }

  /**
   * Whether the name still leads to this socket; cleaners of temporary directories remove names.
   *
   * @return false if it was removed or replaced, or cannot be seen any more
   */
  public boolean isIntact() {
    return bound.isIntact();
  }

  /**
   * Removes the name if it is still ours, closes the server socket and gives up the lock.
   * Idempotent; throws nothing of its own; keeps the interrupt flag.
   */
  @Override
  public void close() {
    bound.close();
  }

  private static void checkName(Path name, Endpoint endpoint) {
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
}
