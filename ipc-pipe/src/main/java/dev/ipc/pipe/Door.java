// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.EndpointInUseException;
import dev.ipc.spi.BoundName;
import dev.ipc.spi.FileFacts;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The well-known FIFO of a listener, through which clients announce themselves. The listener has it
 * open in both directions, so it never reads an end.
 */
final class Door implements BoundName.Kind {
  /** A client looks through the door for a moment as if it were a listener, so we look often. */
  private static final int LOOKS = 20;

  private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final byte[] NOTHING_NEW = {'\n'};

  private final Endpoint endpoint;
  private FileChannel opened;

  Door(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** What the listener reads, after the bind. */
  FileChannel opened() {
    return opened;
  }

  @Override
  public Closeable bind(Path temporary) throws IOException {
    Mkfifo.make(temporary);
    opened = FifoPair.hold(temporary);
    return opened;
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return PosixFilePermissions.fromString("rw-------");
  }

  @Override
  public boolean fits(FileFacts found) {
    return found.isFifo();
  }

  @Override
  public void requireUnanswered(Path place) throws IOException {
    for (int looks = 0; isAnswered(place); looks++) {
      if (looks == LOOKS) {
        throw new EndpointInUseException(
            "a program that does not take our lock reads the FIFO, path="
                + place
                + ", endpoint="
                + endpoint
                + "; stop it or choose another name");
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }

  /**
   * Whether somebody has a FIFO open for reading. Never blocks.
   *
   * @throws IOException if it cannot be opened
   */
  static boolean isAnswered(Path fifo) throws IOException {
    try (WriteEnd end = open(fifo)) {
      try {
        end.writeIfEmpty(ByteBuffer.wrap(NOTHING_NEW));
        return true;
      } catch (IOException nobody) {
        return false;
      }
    }
  }

  /** Opens a FIFO for writing; whether anybody reads it shows when it is written. */
  @SuppressWarnings("try") // what is held is only to be open
  static WriteEnd open(Path fifo) throws IOException {
    try (FileChannel held = FifoPair.hold(fifo)) {
      return WriteEnd.open(fifo);
    }
  }
}
