// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.Endpoint;
import dev.ipc.RefusedException;
import dev.ipc.StorageFullException;
import dev.ipc.TransportFailedException;
import dev.ipc.spi.Directories;
import dev.ipc.spi.FileFacts;
import dev.ipc.spi.ProtocolViolation;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.UUID;
import org.slf4j.LoggerFactory;

/**
 * A segment that still has a name, from its creation until both sides have mapped it. All of this
 * happens on the file thread, where nobody's interrupt closes a file.
 */
final class SegmentFile {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ZEROS = 64 * 1024;
  private static final byte[] NO_HEADER = new byte[SegmentLayout.HEADER_LENGTH];
  private static final String FILE = "s";

  private final Path directory;
  private final SegmentName name;
  private final Segment segment;

  private SegmentFile(Path directory, SegmentName name, Segment segment) {
    this.directory = directory;
    this.name = name;
    this.segment = segment;
  }

  /**
   * Creates and maps one. Its memory is allocated by writing: a file system that has less says so
   * here, and not by a fault in the middle of a message.
   *
   * @throws StorageFullException if there is no room; nothing is left
   * @throws TransportFailedException if it fails for another reason; nothing is left
   */
  static SegmentFile create(RuntimeDirectory place, int capacity, Endpoint endpoint) {
    Path directory = null;
    try {
      directory = place.createPrivate();
      Path path = directory.resolve(FILE);
      UUID nonce = new UUID(RANDOM.nextLong(), RANDOM.nextLong());
      try (FileChannel file =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        allocate(file, Segment.header(capacity, nonce));
        Mapping mapping = Mapping.of(file, SegmentLayout.segmentLength(capacity));
        Segment segment = new Segment(mapping, capacity, Segment.Side.ACCEPTOR);
        return new SegmentFile(directory, new SegmentName(nonce, path.toString()), segment);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      delete(directory);
      throw e instanceof Full full
          ? new StorageFullException(
              "there is no room for a segment, directory="
                  + directory
                  + ", bytes="
                  + SegmentLayout.segmentLength(capacity)
                  + ", endpoint="
                  + endpoint
                  + ", cause="
                  + full.getCause().getMessage()
                  + "; make room there, or choose a smaller "
                  + RingOption.KEY
                  + "=",
              full.getCause())
          : failed("create", endpoint, e);
    }
  }

  /**
   * Opens and maps the one that the accepting side named, after checking that it is a segment: a
   * regular file of ours and of nobody else, no link, of the right size and with the right nonce.
   * What does not fit is not touched.
   *
   * @throws RefusedException if it is something else
   * @throws TransportFailedException if it cannot be mapped
   */
  static Segment open(SegmentName name, int capacity, Endpoint endpoint) {
    Path path = path(name, endpoint);
    try {
      Object key = check(path, capacity, endpoint).key();
      try (FileChannel file =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
        if (!check(path, capacity, endpoint).key().equals(key)) {
          throw refused(path, "it was replaced", endpoint);
        }
        checkHeader(file, Segment.header(capacity, name), path, endpoint);
        Mapping mapping = Mapping.of(file, SegmentLayout.segmentLength(capacity));
        return new Segment(mapping, capacity, Segment.Side.CONNECTOR);
      }
    } catch (IOException | IllegalStateException | OutOfMemoryError e) {
      throw failed("open", endpoint, e);
    }
  }

  SegmentName name() {
    return name;
  }

  Segment segment() {
    return segment;
  }

  /** Removes the name; who has mapped it keeps the memory. */
  void unlink() {
    delete(directory);
  }

  private static void allocate(FileChannel file, SegmentHeader header) throws Full {
    ByteBuffer bytes = ByteBuffer.allocateDirect(ZEROS);
    header.write(bytes);
    bytes.limit(SegmentLayout.HEADER_LENGTH);
    long length = SegmentLayout.segmentLength(header.capacity());
    try {
      while (file.position() < length) {
        file.write(bytes);
        if (!bytes.hasRemaining()) {
          bytes.clear().put(NO_HEADER).position(0);
          bytes.limit((int) Math.min(ZEROS, length - file.position()));
        }
      }
    } catch (IOException e) {
      throw new Full(e);
    }
  }

  private static Path path(SegmentName name, Endpoint endpoint) {
    try {
      Path path = Path.of(name.path());
      if (path.isAbsolute() && path.equals(path.normalize()) && path.getNameCount() > 1) {
        return path;
      }
    } catch (InvalidPathException e) {
      // refused below
    }
    throw new RefusedException(
        "the peer's segment has no proper path, path="
            + name.path()
            + ", endpoint="
            + endpoint
            + "; see who listens there");
  }

  private static FileFacts check(Path path, int capacity, Endpoint endpoint) throws IOException {
    FileFacts parent = facts(path.getParent(), endpoint);
    if (!Directories.isPrivate(parent)) {
      throw refused(path, "its directory is " + parent, endpoint);
    }
    FileFacts facts = facts(path, endpoint);
    boolean segment =
        facts.isRegular() && facts.isOurs() && facts.permissions() == 0600 && facts.links() == 1;
    if (!segment) {
      throw refused(path, "found=" + facts + ", links=" + facts.links(), endpoint);
    }
    if (facts.size() != SegmentLayout.segmentLength(capacity)) {
      throw refused(path, "size=" + facts.size() + ", capacity=" + capacity, endpoint);
    }
    return facts;
  }

  private static FileFacts facts(Path path, Endpoint endpoint) throws IOException {
    return FileFacts.of(path).orElseThrow(() -> refused(path, "nothing is there", endpoint));
  }

  private static void checkHeader(
      FileChannel file, SegmentHeader expected, Path path, Endpoint endpoint) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SegmentLayout.HEADER_LENGTH);
    int at = 0;
    while (bytes.hasRemaining() && at >= 0) {
      at = file.read(bytes, bytes.position());
    }
    try {
      if (file.size() == SegmentLayout.segmentLength(expected.capacity())
          && SegmentHeader.read(bytes.clear()).equals(expected)) {
        return;
      }
    } catch (ProtocolViolation e) {
      throw refused(path, e.getMessage(), endpoint);
    }
    throw refused(path, "it is the segment of another connection", endpoint);
  }

  private static RefusedException refused(Path path, String found, Endpoint endpoint) {
    return new RefusedException(
        "the peer named what is not the segment of this connection, path="
            + path
            + ", "
            + found
            + ", endpoint="
            + endpoint
            + "; both sides need the same user and the same view of the file system");
  }

  private static TransportFailedException failed(String what, Endpoint endpoint, Throwable e) {
    return new TransportFailedException(
        "cannot " + what + " the segment, endpoint=" + endpoint + ", cause=" + e, e);
  }

  private static void delete(Path directory) {
    try {
      if (directory != null) {
        Directories.deletePrivate(directory);
      }
    } catch (IOException e) {
      LoggerFactory.getLogger("dev.ipc").warn("a segment stays, directory={}", directory, e);
    }
  }

  /** The file system has no room. */
  private static final class Full extends IOException {
    private static final long serialVersionUID = 1L;

    Full(IOException cause) {
      super(cause);
    }
  }
}
