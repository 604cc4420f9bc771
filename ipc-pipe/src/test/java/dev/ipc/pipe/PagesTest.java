// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static dev.ipc.SendResult.SENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.Terms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages go only to a peer that says that it copies what it reads. */
@Timeout(60)
class PagesTest {
  private static final int LENGTH = 60_000;
  private static final int COUNT = 100;

  /** Passes the beginning of its input on to a pipe of its own, and reads that last. */
  private static final String SPLICING =
      """
      import ctypes, fcntl, hashlib, os, sys
      libc = ctypes.CDLL(None, use_errno=True)
      there, here = os.pipe()
      fcntl.fcntl(here, 1031, 1 << 20)  # F_SETPIPE_SZ
      held = 0
      while held < 1 << 19:
          count = libc.splice(0, None, here, None, (1 << 19) - held, 0)
          if count <= 0:
              sys.exit('splice: ' + os.strerror(ctypes.get_errno()))
          held += count
      os.close(here)
      rest = sys.stdin.buffer.read()
      with os.fdopen(there, 'rb') as first:
          digest = hashlib.sha256(first.read() + rest).digest()
      sys.stdout.buffer.write(len(digest).to_bytes(4, 'big') + digest)
      """;

  @TempDir Path directory;

  @Test
  void aProgramMayKeepThePagesThatItGets() throws Exception {
    Endpoint endpoint = PipeTransport.exec(List.of("python3", "-c", SPLICING));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Random random = new Random(7);
    try (IpcContext context = IpcContext.create();
        Channel child = context.connect(endpoint.with("framing", "u32be"))) {
      byte[] message = new byte[LENGTH];
      for (int i = 0; i < COUNT; i++) {
        random.nextBytes(message);
        digest.update(ByteBuffer.allocate(4).putInt(LENGTH).flip());
        digest.update(message);
        child.send(ByteBuffer.wrap(message));
      }
      child.endOutput();
      byte[] answer = new byte[32];
      child.receive(bytes -> bytes.get(bytes.position(), answer), Programs.PATIENCE);
      HexFormat hex = HexFormat.of();
      assertEquals(hex.formatHex(digest.digest()), hex.formatHex(answer));
    }
  }

  /** A client that is no library of ours tells in its HELLO what it does. */
  @ParameterizedTest
  @ValueSource(longs = {0, Terms.COPIES, ~0L})
  void onlyWhoCopiesGetsPages(long features) throws Exception {
    Path name = directory.resolve("f");
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Handshake handshake =
        Handshake.client(Hello.ours(ChannelConfig.defaults(), "fifo").with(features));
    try (IpcContext context = IpcContext.create();
        Listener listener = context.listen(Endpoint.of("fifo", name.toString(), Map.of()));
        RuntimeDirectory place =
            RuntimeDirectory.open(directory.resolve("place"), listener.endpoint());
        Pipe pipe = connect(name, place, handshake);
        Channel server = listener.accept(Programs.PATIENCE).orElseThrow()) {
      Future<?> sender = threads.submit(() -> stream(server));
      long most = 0;
      ByteBuffer frame = ByteBuffer.allocate(8 + LENGTH);
      for (int i = 0; i < COUNT; i++) {
        frame.clear();
        while (frame.hasRemaining()) {
          assertTrue(pipe.in().read(frame) > 0);
          most = Math.max(most, Programs.spools());
        }
        assertEquals(message(i), frame.position(8).slice(), "message=" + i);
      }
      sender.get();
      assertEquals((features & Terms.COPIES) == 0 ? 0 : 1, most);
      Programs.await("the spool to be given back", () -> Programs.spools() == 0);
      server.abort(); // the client knows no CLOSE
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aChildIsNeverGivenPages() throws Exception {
    Endpoint endpoint = PipeTransport.exec(Programs.java(ChildMain.class, "echo"));
    try (IpcContext context = IpcContext.create();
        Channel child = context.connect(endpoint)) {
      for (int i = 0; i < COUNT; i++) {
        child.send(message(i));
        assertEquals(0, Programs.spools());
        List<ByteBuffer> answer = new ArrayList<>();
        child.receive(bytes -> answer.add(copy(bytes)), Programs.PATIENCE);
        assertEquals(List.of(message(i)), answer);
      }
    }
  }

  /** What is held when a channel closes, and the CLOSE behind it, arrive. */
  @Test
  void nothingThatIsHeldIsLostAtTheEnd() throws Exception {
    Pair pair = new Pair();
    try (pair) {
      Future<?> sender = pair.threads.submit(() -> streamAndClose(pair.server));
      Programs.await("the stream to be held", () -> Programs.spools() == 1);
      int[] next = new int[1];
      while (pair.client.receive(
              bytes -> assertEquals(message(next[0]++), bytes.slice()), Programs.PATIENCE)
          == ReceiveResult.RECEIVED) {
        // compared
      }
      assertEquals(COUNT, next[0]);
      assertEquals(CloseReason.PEER_CLOSED, Programs.report(pair.client).reason());
      sender.get();
    }
    assertEquals(0, Programs.spools());
  }

  /** The peer does not read, so the writing thread waits in the pipe. */
  @Test
  void anAbortSetsTheWriterFree() throws Exception {
    Pair pair = new Pair();
    try (pair) {
      Programs.await("no more room", () -> !pair.server.trySend(message(0)).equals(SENT));
      Programs.await("the stream to be held", () -> Programs.spools() == 1);
      pair.server.abort();
      assertEquals(CloseReason.LOCAL, Programs.report(pair.server).reason());
      Programs.await("the spool to be given back", () -> Programs.spools() == 0);
    }
  }

  /** Somebody of our own user makes the file shorter: the peer gets no gap, but the end. */
  @Test
  void aSpoolThatIsTakenAwayEndsTheChannel() throws Exception {
    Pair pair = new Pair();
    try (pair) {
      Future<?> sender = pair.threads.submit(() -> streamAndClose(pair.server));
      Programs.await("the stream to be held", () -> Programs.spools() == 1);
      try (FileChannel spool = FileChannel.open(Programs.spool(), StandardOpenOption.WRITE)) {
        Programs.await("more than the pipe takes", () -> length(spool) == Spool.CAPACITY);
        spool.truncate(0);
      }
      int[] next = new int[1];
      while (pair.client.receive(bytes -> next[0]++, Programs.PATIENCE) == ReceiveResult.RECEIVED) {
        // counted
      }
      assertTrue(next[0] < COUNT, "received=" + next[0]);
      assertEquals(CloseReason.PEER_DIED, Programs.report(pair.client).reason());
      Programs.report(pair.server);
      assertThrows(ExecutionException.class, sender::get);
    }
    assertEquals(0, Programs.spools());
  }

  private static long length(FileChannel file) {
    try {
      return file.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Different in each place, and in each message. */
  private static ByteBuffer message(int number) {
    ByteBuffer message = ByteBuffer.allocate(LENGTH);
    for (int i = 0; message.hasRemaining(); i++) {
      message.putInt(number * LENGTH + i);
    }
    return message.flip();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  private static Void stream(Channel sender) throws InterruptedException {
    for (int i = 0; i < COUNT; i++) {
      sender.send(message(i));
    }
    return null;
  }

  private static Void streamAndClose(Channel sender) throws InterruptedException {
    stream(sender);
    sender.close();
    return null;
  }

  /** Two channels of this process. */
  private final class Pair implements AutoCloseable {
    final ExecutorService threads = Executors.newSingleThreadExecutor();
    final IpcContext context = IpcContext.create();
    final Channel client;
    final Channel server;

    Pair() throws Exception {
      Endpoint endpoint = Endpoint.of("fifo", directory.resolve("f").toString(), Map.of());
      try (Listener listener = context.listen(endpoint)) {
        client = context.connect(endpoint);
        server = listener.accept(Programs.PATIENCE).orElseThrow();
      }
    }

    @Override
    public void close() {
      context.close();
      threads.shutdownNow();
    }
  }

  private static Pipe connect(Path name, RuntimeDirectory place, Handshake handshake)
      throws IOException {
    try (FifoPair pair = FifoPair.create(place);
        WriteEnd door = Door.open(name)) {
      Pipe pipe = pair.open();
      pipe.out().write(handshake.opening());
      door.write(ByteBuffer.wrap(Announcement.of(pair.directory()).encode()));
      ByteBuffer chunk = ByteBuffer.allocate(8192);
      do {
        pipe.in().read(chunk.clear());
      } while (!handshake.feed(chunk.flip()));
      return pipe;
    }
  }
}
