// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.spi.Handshake;
import dev.ipc.spi.Hello;
import dev.ipc.spi.RuntimeDirectory;
import dev.ipc.spi.Terms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  private static long spools() {
    return Programs.openFiles().stream().filter(file -> file.endsWith("/w (deleted)")).count();
  }

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
      boolean copies = (features & Terms.COPIES) != 0;
      long most = 0;
      ByteBuffer chunk = ByteBuffer.allocate(LENGTH);
      for (long read = 0; read < (long) COUNT * (LENGTH + 8); ) {
        read += pipe.in().read(chunk.clear());
        most = Math.max(most, spools());
      }
      sender.get();
      assertEquals(copies ? 1 : 0, most);
      Programs.await("the spool to be given back", () -> spools() == 0);
      server.abort(); // the client knows no CLOSE
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void stream(Channel sender) throws InterruptedException {
    for (int i = 0; i < COUNT; i++) {
      sender.send(ByteBuffer.allocate(LENGTH));
    }
    return null;
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
