// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;

/**
 * What stands at a path, itself and not what it links to, at the moment of asking. Immutable; says
 * nothing about the next moment.
 *
 * @param mode type and permission bits, as of {@code lstat}
 * @param owner the user it belongs to
 * @param key device and inode; not used again for another file while somebody has this one open
 * @param links the number of hard links
 * @param size in bytes
 */
public record FileFacts(int mode, UserPrincipal owner, Object key, int links, long size) {
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int LINK = 0120000;
  private static final int REGULAR = 0100000;
  private static final int BLOCK = 0060000;
  private static final int DIRECTORY = 0040000;
  private static final int CHARACTER = 0020000;
  private static final int FIFO = 0010000;
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_OTHERS = 0022;

  /**
   * Looks at a path without following a link at its end.
   *
   * @param path where to look
   * @return empty if nothing is there
   * @throws IOException if it cannot be told, such as for lack of permission
   */
  public static Optional<FileFacts> of(Path path) throws IOException {
    try {
      Map<String, Object> found =
          Files.readAttributes(
              path, "unix:mode,owner,fileKey,nlink,size", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new FileFacts(
              (Integer) found.get("mode"),
              (UserPrincipal) found.get("owner"),
              found.get("fileKey"),
              (Integer) found.get("nlink"),
              (Long) found.get("size")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it belongs to the user of this process.
   *
   * @return true if it is ours
   */
  public boolean isOurs() {
    return owner.equals(Users.self());
  }

  /**
   * Whether it is a socket.
   *
   * @return true for a socket
   */
  public boolean isSocket() {
    return type() == SOCKET;
  }

  /**
   * Whether it is a FIFO.
   *
   * @return true for a FIFO
   */
  public boolean isFifo() {
    return type() == FIFO;
  }

  /**
   * Whether it is a regular file.
   *
   * @return true for a regular file
   */
  public boolean isRegular() {
    return type() == REGULAR;
  }

  /**
   * Whether it is a directory.
   *
   * @return true for a directory
   */
  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  /**
   * The permission bits of owner, group and others.
   *
   * @return such as {@code 0600}
   */
  public int permissions() {
    return mode & 0777;
  }

  /**
   * Whether users other than the owner can put, remove or replace files of others in this
   * directory.
   *
   * @return true for a directory that group or others can write and that is not sticky
   */
  public boolean isOpenToOthers() {
    return (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
  }

  /** Such as {@code a socket, owner=alice, mode=0600}, to stand in a message. */
  @Override
  public String toString() {
    return kind() + ", owner=" + owner.getName() + String.format(", mode=%04o", mode & 07777);
  }

  private int type() {
    return mode & TYPE;
  }

  private String kind() {
    return switch (type()) {
      case SOCKET -> "a socket";
      case LINK -> "a symbolic link";
      case REGULAR -> "a regular file";
      case BLOCK -> "a block device";
      case DIRECTORY -> "a directory";
      case CHARACTER -> "a character device";
      case FIFO -> "a FIFO";
      default -> "an unknown kind of file";
    };
  }
}
