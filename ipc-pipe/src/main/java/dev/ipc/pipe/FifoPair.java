// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.spi.Directories;
import dev.ipc.spi.FileFacts;
import dev.ipc.spi.RuntimeDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The two FIFOs of a connection, in a private directory until both sides have opened them; for a
 * child process three. Opening the end of a FIFO waits for somebody at the other end; nobody waits
 * here, because a FIFO that is open for both reading and writing has somebody at either end.
 *
 * <pre>
 *   c  the client writes, the server reads       s  the server writes, the client reads
 *   e  the child writes its errors
 * </pre>
 */
final class FifoPair implements Closeable {
  private static final String FROM_CLIENT = "c";
  private static final String FROM_SERVER = "s";

  private static final String ERRORS = "e";

  private final Path directory;
  private final List<FileChannel> held = new ArrayList<>();

  private FifoPair(Path directory) {
    this.directory = directory;
  }

  /** Makes a new pair and holds it open in both directions until {@link #close}. */
  static FifoPair create(RuntimeDirectory place) throws IOException {
    return create(place, FROM_CLIENT, FROM_SERVER);
  }

  /** The same for a child process, with a third FIFO for its errors. */
  static FifoPair createForChild(RuntimeDirectory place) throws IOException {
    return create(place, FROM_CLIENT, FROM_SERVER, ERRORS);
  }

  private static FifoPair create(RuntimeDirectory place, String... names) throws IOException {
    FifoPair pair = new FifoPair(place.createPrivate());
    try {
      Path[] fifos = Arrays.stream(names).map(pair.directory::resolve).toArray(Path[]::new);
      Mkfifo.make(fifos);
      for (Path fifo : fifos) {
        pair.held.add(hold(fifo));
      }
      return pair;
    } catch (IOException | RuntimeException e) {
      pair.close();
      throw e;
    }
  }

  Path directory() {
    return directory;
  }

  /** The FIFO that the side that made the pair writes. */
  Path fromClient() {
    return directory.resolve(FROM_CLIENT);
  }

  /** The FIFO that the side that made the pair reads. */
  Path fromServer() {
    return directory.resolve(FROM_SERVER);
  }

  /** The FIFO for the errors of a child process. */
  Path errors() {
    return directory.resolve(ERRORS);
  }

  /** Opens the ends of the side that made the pair. */
  Pipe open() throws IOException {
    return open(fromServer(), fromClient());
  }

  /**
   * Opens the ends of the other side. The directory was named by a stranger: it must be private and
   * ours, and hold FIFOs of ours and nothing else that is opened.
   *
   * @throws IOException if it is something else, or nobody holds it any more
   */
  @SuppressWarnings("try") // what is held is only to be open
  static Pipe openPeer(Path directory) throws IOException {
    FileFacts facts = facts(directory);
    boolean proper = directory.isAbsolute() && directory.equals(directory.normalize());
    if (!proper || !Directories.isPrivate(facts)) {
      throw new IOException("not a private directory, path=" + directory + ", found=" + facts);
    }
    Path in = directory.resolve(FROM_CLIENT);
    Path out = directory.resolve(FROM_SERVER);
    requireFifo(in);
    requireFifo(out);
    try (FileChannel holdsIn = hold(in);
        FileChannel holdsOut = hold(out)) {
      return open(in, out);
    }
  }

  /** Lets go: from now on the end of the stream is the other side's end. */
  @Override
  public void close() {
    held.forEach(Pipe::closeQuietly);
    held.clear();
    delete(directory);
  }

  private static Pipe open(Path in, Path out) throws IOException {
    ReadEnd reading = ReadEnd.open(in);
    try {
      return new Pipe(reading, WriteEnd.open(out));
    } catch (IOException e) {
      reading.close();
      throw e;
    }
  }

  /** Opens both ends at once, which never waits. */
  static FileChannel hold(Path fifo) throws IOException {
    return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void requireFifo(Path path) throws IOException {
    FileFacts facts = facts(path);
    if (!facts.isFifo() || !facts.isOurs() || facts.permissions() != 0600 || facts.links() != 1) {
      throw new IOException("not a FIFO of ours, path=" + path + ", found=" + facts);
    }
  }

  private static FileFacts facts(Path path) throws IOException {
    return FileFacts.of(path).orElseThrow(() -> new IOException("nothing is there, path=" + path));
  }

  private static void delete(Path directory) {
    try {
      Directories.deletePrivate(directory);
    } catch (IOException e) {
      LoggerFactory.getLogger("dev.ipc").warn("FIFOs stay, directory={}", directory, e);
    }
  }
}
