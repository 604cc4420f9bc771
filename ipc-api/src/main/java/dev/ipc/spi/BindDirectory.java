// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.Endpoint;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a socket is born: a private directory beside its future name, so that nobody can connect
 * before the socket has its final permissions. Only for the holder of the name's lock, which makes
 * leftovers of killed predecessors safe to remove.
 */
final class BindDirectory implements AutoCloseable {
  private static final String SOCKET = "s";

  private final Path directory;
  private final ShortPath address;

  private BindDirectory(Path directory, ShortPath address) {
    this.directory = directory;
    this.address = address;
  }

  /** Removes leftovers and creates the directory, for a canonical name. */
  static BindDirectory create(Path name, Endpoint endpoint) throws IOException {
    Path parent = name.getParent();
    String prefix = "." + name.getFileName() + ".bind-";
    String linkPrefix = ShortPath.prefix(name) + "bind-";
    Directories.sweepPrivate(parent, prefix);
    Path directory = Directories.createPrivate(parent, prefix);
    try {
      return new BindDirectory(directory, ShortPath.toDirectory(directory, linkPrefix, endpoint));
    } catch (IOException | RuntimeException e) {
      deleteQuietly(directory);
      throw e;
    }
  }

  /** The socket's own path, of any length. */
  Path socket() {
    return directory.resolve(SOCKET);
  }

  /** A path for {@code bind}, which takes no long ones, that leads to {@link #socket}. */
  Path address() {
    return address.path().resolve(SOCKET);
  }

  /** Removes everything. What cannot be removed now, the next owner of the name removes. */
  @Override
  public void close() {
    address.close();
    deleteQuietly(directory);
  }

  private static void deleteQuietly(Path directory) {
    try {
      Directories.deletePrivate(directory);
    } catch (IOException e) {
      // See close().
    }
  }
}
