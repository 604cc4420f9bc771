// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A path short enough for a socket's address that leads to a file or directory of any depth. It is
 * the path itself when that fits, else a symbolic link in a private directory under {@code
 * java.io.tmpdir}, gone on close. Close it when the socket is bound or connected; the socket does
 * not need it any more. Any thread may call.
 *
 * <p>The kernel takes {@link SocketName#MAX_BYTES} bytes, the JDK one less.
 */
public final class ShortPath implements AutoCloseable {
  private static final int JDK_MAX_BYTES = SocketName.MAX_BYTES - 1;

  private final Path path;
  private final Path directory;

  private ShortPath(Path path, Path directory) {
    this.path = path;
    this.directory = directory;
  }

  /**
   * The address to connect to for a socket's name.
   *
   * @param name from {@link SocketName#checkPath}
   * @param endpoint for the messages
   * @return the caller's to close
   * @throws IOException if a link is needed and cannot be made
   * @throws dev.ipc.UnusableEndpointException if {@code java.io.tmpdir} is open to strangers
   */
  public static ShortPath toSocket(Path name, Endpoint endpoint) throws IOException {
    return fits(name)
        ? new ShortPath(name, null)
        : link(name.toAbsolutePath(), prefix(name), endpoint);
  }

  /**
   * A path such that {@code s} in the directory can be bound. For the holder of a lock: the links
   * with this prefix that its killed predecessors left are removed.
   */
  static ShortPath toDirectory(Path target, String prefix, Endpoint endpoint) throws IOException {
    if (fits(target.resolve("s"))) {
      return new ShortPath(target, null);
    }
    Directories.sweepPrivate(parent(endpoint), prefix);
    return link(target, prefix, endpoint);
  }

  /** What the links made for a name begin with. */
  static String prefix(Path name) {
    byte[] bytes = name.toString().getBytes(StandardCharsets.UTF_8);
    return "ipc-" + UUID.nameUUIDFromBytes(bytes) + "-";
  }

  private static Path parent(Endpoint endpoint) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    return Directories.checkParent(temporary.resolve("any"), endpoint);
  }

  /**
   * The short path.
   *
   * @return usable until {@link #close}
   */
  public Path path() {
    return path;
  }

  /** Removes the link if there is one. Throws nothing of its own. */
  @Override
  public void close() {
    if (directory != null) {
      try {
        Directories.deletePrivate(directory);
      } catch (IOException e) {
        // An empty directory or a link more in a temporary directory harms nobody.
      }
    }
  }

  private static ShortPath link(Path target, String prefix, Endpoint endpoint) throws IOException {
    Path directory = Directories.createPrivate(parent(endpoint), prefix);
    ShortPath made = new ShortPath(directory.resolve("d"), directory);
    try {
      if (!fits(made.path.resolve("s"))) {
        throw new IOException("java.io.tmpdir is too long a path, path=" + directory.getParent());
      }
      Files.createSymbolicLink(made.path, target);
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= JDK_MAX_BYTES;
  }
}
