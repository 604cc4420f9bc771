// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Endpoint;
import dev.ipc.WaitStrategy;
import dev.ipc.spi.RuntimeDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages that are passed into a real FIFO, and changed as soon as that is allowed. */
@Timeout(120)
class SpoolTest {
  private static final int MUCH = 8 * 1024 * 1024;
  private static final int LARGEST = 70_000;
  private static final int LARGE_PIPE = 1 << 20;

  /** F_SETPIPE_SZ, which Java does not have. */
  private static final String ENLARGE =
      """
      import fcntl, sys
      with open(sys.argv[1], 'r+b', 0) as pipe:
          fcntl.fcntl(pipe, 1031, 1 << 20)
      """;

  @TempDir Path directory;

  private RuntimeDirectory place;
  private ReadEnd in;
  private WriteEnd out;
  private final ByteBuffer target = ByteBuffer.allocate(LARGEST);

  /** How many bytes were made, and read. */
  private long made;

  private long read;

  /** Whether the feed is told that there is more to write. */
  private BooleanSupplier more = () -> false;

  @BeforeEach
  void open() throws IOException {
    place = RuntimeDirectory.open(directory.resolve("place"), Endpoint.of("fifo:/none"));
    Path fifo = directory.resolve("f");
    Mkfifo.make(fifo);
    try (FileChannel both = FifoPair.hold(fifo)) {
      assertTrue(both.isOpen());
      in = ReadEnd.open(fifo);
      out = WriteEnd.open(fifo);
    }
  }

  @AfterEach
  void close() throws IOException {
    out.close();
    in.close();
    place.close();
    assertEquals(0, Programs.spools());
  }

  private ByteBuffer bytes(int length) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    while (bytes.hasRemaining()) {
      bytes.put(at(made++));
    }
    return bytes.flip();
  }

  private static byte at(long position) {
    return (byte) (position ^ position >>> 8 ^ position >>> 16);
  }

  /** Reads once and compares; false at the end. */
  private boolean read(int most) throws IOException {
    int count = in.read(target.clear().limit(most));
    for (int i = 0; i < count; i++) {
      assertEquals(at(read), target.get(i), "position=" + read);
      read++;
    }
    return count >= 0;
  }

  private Spool spool() throws IOException {
    Spool spool = Spool.create(place);
    out.attach(spool);
    return spool;
  }

  @Test
  void bytesArriveAsTheyWereWhateverTheirLengths() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Spool spool = spool();
    ByteBuffer source = bytes(0);
    while (read < MUCH) {
      if (!source.hasRemaining()) {
        source = bytes(1 + random.nextInt(LARGEST));
      }
      spool.add(source, out.unread());
      if (out.unread() == 0 && !spool.isEmpty()) {
        assertTrue(out.passOn(spool) > 0, "seed=" + seed);
      }
      if (out.unread() > 0) {
        read(1 + random.nextInt(LARGEST));
      }
    }
  }

  @Test
  void whatIsInThePipeTakesRoomUntilItIsRead() throws Exception {
    Spool spool = spool();
    ByteBuffer source = bytes(2 * Spool.CAPACITY);
    assertEquals(Spool.CAPACITY, spool.add(source, 0));
    assertEquals(0, spool.add(source, 0));
    int passed = out.passOn(spool);
    assertEquals(passed, out.unread());
    assertEquals(0, spool.add(source, out.unread()));
    read(5000);
    assertEquals(5000, spool.add(source, out.unread()));
    while (read < Spool.CAPACITY + 5000) {
      while (out.unread() > 0) {
        read(LARGEST);
      }
      if (!spool.isEmpty()) {
        out.passOn(spool);
      }
    }
    assertTrue(spool.isEmpty());
  }

  @Test
  void whoWaitsForRoomIsSetFreeAndWhatIsInThePipeStays() throws Exception {
    Spool spool = spool();
    spool.add(bytes(Spool.CAPACITY), 0);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread writer =
        new Thread(
            () -> {
              try {
                while (true) {
                  out.passOn(spool);
                }
              } catch (IOException | RuntimeException e) {
                end.complete(e);
              }
            });
    writer.start();
    Programs.await("the pipe to be full", () -> unread() == WriteEnd.USUAL);
    out.close();
    assertInstanceOf(
        ClosedChannelException.class, end.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    writer.join();
    while (read(LARGEST)) {
      // compares
    }
    assertEquals(WriteEnd.USUAL, read);
  }

  private int unread() {
    try {
      return out.unread();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSpoolThatComesAfterTheEndIsClosed() throws Exception {
    out.close();
    Spool late = Spool.create(place);
    try {
      out.attach(late);
    } catch (ClosedChannelException e) {
      assertEquals(0, Programs.spools());
      return;
    }
    throw new AssertionError("attached to a closed pipe");
  }

  @Test
  void aStreamGetsASpoolAndGivesItBack() throws Exception {
    Feed feed = feed(Optional.of(() -> Spool.create(place)));
    stream(feed, MUCH);
    assertEquals(1, Programs.spools());
    feed.rest();
    assertEquals(0, Programs.spools());
    stream(feed, MUCH);
    assertEquals(1, Programs.spools());
  }

  @Test
  void aMessageNowAndThenGetsNone() throws Exception {
    Feed feed = feed(Optional.of(() -> Spool.create(place)));
    for (int i = 0; i < 50; i++) {
      stream(feed, 64 * 1024);
      feed.rest();
      assertEquals(0, feed.passed());
    }
  }

  @Test
  void aPeerThatDoesNotCopyGetsNone() throws Exception {
    Feed feed = feed(Optional.empty());
    stream(feed, MUCH);
    assertEquals(0, feed.passed());
    assertEquals(0, Programs.spools());
  }

  @Test
  void whereNoFileCanBeMadeAStreamIsCopied() throws Exception {
    Spool.Maker closed =
        () -> {
          throw new IllegalStateException("the transport is closed");
        };
    Feed feed = feed(Optional.of(closed));
    stream(feed, MUCH);
    assertEquals(0, feed.passed());
  }

  @Test
  void itReturnsWhileThereIsMoreAndLosesNothing() throws Exception {
    Random random = new Random(3);
    more = random::nextBoolean;
    Feed feed = feed(Optional.of(() -> Spool.create(place)));
    stream(feed, MUCH);
    assertTrue(feed.passed() > 0);
  }

  @Test
  void whereFilesCannotBePassedOnAStreamIsCopied() throws Exception {
    Feed feed = feed(Optional.of(() -> new Spool(new RefusingFile(directory.resolve("refusing")))));
    stream(feed, MUCH);
    assertTrue(feed.passed() < Spool.CAPACITY, "it was tried again, passed=" + feed.passed());
    feed.rest();
    stream(feed, MUCH);
  }

  /** The peer reads nothing, and the pipe holds more than the spool. */
  @Test
  void aLargePipeIsFilledAndThenTheWriterSleeps() throws Exception {
    assumeTrue(run("python3", "-c", ENLARGE, directory.resolve("f").toString()));
    Feed feed = feed(Optional.of(() -> Spool.create(place)));
    ByteBuffer run = bytes(LARGE_PIPE + 64 * 1024);
    CompletableFuture<Void> writer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (run.hasRemaining() || feed.isHolding()) {
                  if (run.hasRemaining()) {
                    feed.write(run);
                  }
                  feed.flush();
                }
                writer.complete(null);
              } catch (IOException | RuntimeException e) {
                writer.completeExceptionally(e);
              }
            });
    thread.start();
    Programs.await("the pipe to be filled", () -> unread() > LARGE_PIPE - 64 * 1024);
    long looks = 5;
    long busy;
    do { // it looks for a moment before it sleeps
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long before = threads.getThreadCpuTime(thread.getId());
      Thread.sleep(100); // the span that is measured
      busy = threads.getThreadCpuTime(thread.getId()) - before;
    } while (busy > 10_000_000 && --looks > 0);
    assertTrue(busy <= 10_000_000, "nanoseconds of processor time in 100 ms: " + busy);
    while (read < made) {
      read(LARGEST);
    }
    writer.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void whenTheFileSystemIsFullTheStreamGoesOn() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=96k,mode=0700", "tmpfs", small.toString()));
    try (RuntimeDirectory tiny = RuntimeDirectory.open(small, Endpoint.of("fifo:/none"))) {
      Feed feed = feed(Optional.of(() -> Spool.create(tiny)));
      stream(feed, MUCH);
      assertTrue(feed.passed() > 0, "the spool was tried");
      assertTrue(feed.passed() < Spool.CAPACITY, "and given up, passed=" + feed.passed());
      feed.rest();
    } finally {
      assertTrue(run("umount", small.toString()));
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  private Feed feed(Optional<Spool.Maker> maker) {
    return new Feed(out, maker, WaitStrategy.adaptive(), more, () -> {});
  }

  /** Feeds the pipe while another thread reads and compares. */
  private void stream(Feed feed, long count) throws Exception {
    long until = made + count;
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              try {
                while (read < until) {
                  read(LARGEST);
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    while (made < until) {
      ByteBuffer run = bytes((int) Math.min(64 * 1024 + 8, until - made));
      while (run.hasRemaining()) {
        feed.write(run);
      }
      feed.flush();
    }
    while (feed.isHolding()) {
      feed.flush();
    }
    reader.get(Programs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
