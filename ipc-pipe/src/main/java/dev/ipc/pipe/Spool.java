// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.spi.Directories;
import dev.ipc.spi.RuntimeDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Bytes on their way into a pipe, in a file without a name, used as a ring. The kernel passes whole
 * pages of a file into a pipe by reference, where a write takes new pages for it and copies. What
 * is in the pipe is still in the file too, so it stays as it is until the peer has copied it out.
 *
 * <pre>
 *        ...free...|  in the pipe  |  to be passed on  |...free...
 *               unread bytes       out                 in
 * </pre>
 */
final class Spool implements Closeable {
  /** How much it holds, with what is in the pipe, in bytes. */
  static final int CAPACITY = 256 * 1024;

  private static final String FILE = "w";

  private final FileChannel file;

  /** How many bytes came in, and went out, since the beginning. One thread. */
  private long in;

  private long out;

  /** Makes an empty one when it is needed. */
  @FunctionalInterface
  interface Maker {
    /** Throws also what {@link RuntimeDirectory#open} throws. */
    Spool make() throws IOException;
  }

  /** An empty one in an empty file. */
  Spool(FileChannel file) {
    this.file = file;
  }

  /**
   * Makes an empty one, which takes memory as it is filled.
   *
   * @param place where its file has a name for a moment
   */
  @SuppressWarnings("try") // the names are only to be removed
  static Spool create(RuntimeDirectory place) throws IOException {
    Path directory = place.createPrivate();
    FileChannel file = null;
    try (Closeable names = () -> Directories.deletePrivate(directory)) {
      file =
          FileChannel.open(
              directory.resolve(FILE),
              Set.of(
                  StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return new Spool(file);
    } catch (IOException e) {
      if (file != null) {
        file.close();
      }
      throw e;
    }
  }

  boolean isEmpty() {
    return in == out;
  }

  /**
   * Takes in as much as there is room for.
   *
   * @param source the position moves behind what was taken
   * @param unread how much the pipe holds, in bytes
   * @return how much was taken, in bytes
   * @throws IOException if the file system is full; what was taken before is not lost
   */
  int add(ByteBuffer source, int unread) throws IOException {
    int room = (int) Math.max(0, CAPACITY - (in - out) - unread);
    int start = source.position();
    int end = source.limit();
    source.limit(start + Math.min(room, end - start));
    try {
      while (source.hasRemaining()) {
        addRun(source);
      }
    } finally {
      source.limit(end);
    }
    return source.position() - start;
  }

  private void addRun(ByteBuffer source) throws IOException {
    int index = (int) (in % CAPACITY);
    int end = source.limit();
    source.limit(Math.min(end, source.position() + CAPACITY - index));
    in += file.write(source, index);
    source.limit(end);
  }

  /** Passes on as much as the pipe takes, at least something; waits while the pipe is full. */
  int passOn(FileChannel pipe) throws IOException {
    int index = (int) (out % CAPACITY);
    int count = (int) file.transferTo(index, Math.min(in - out, CAPACITY - index), pipe);
    if (count <= 0) {
      throw shorter();
    }
    out += count;
    return count;
  }

  /** Whether nothing was ever passed on. */
  boolean isUntried() {
    return out == 0;
  }

  /** Gives back what was never passed on. */
  ByteBuffer takeBack() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) in);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, bytes.position()) < 0) {
        throw shorter();
      }
    }
    out = in;
    return bytes.flip();
  }

  private IOException shorter() throws IOException {
    return new IOException("the file of a spool is shorter than it was, length=" + file.size());
  }

  /** Sets free whoever waits for room, and returns when nobody is in it. Pages in a pipe stay. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
