// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipc.Channel;
import dev.ipc.ClosedException;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.IpcContext;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A context that is closed while somebody connects, and other ends of a connect at any moment. */
@Timeout(60)
class ClosedContextTest {
  private static final int TIMES = 40;
  private static final int LONGEST_NANOS = 20_000_000;

  @TempDir Path directory;

  private Endpoint fifo(Map<String, String> options) throws Exception {
    Path fifo = directory.resolve("f");
    Mkfifo.make(fifo);
    return Endpoint.of("fifo", fifo.toString(), options);
  }

  private static FutureTask<Channel> connect(IpcContext context, Endpoint endpoint) {
    return new FutureTask<>(() -> context.connect(endpoint));
  }

  private static void assertEnds(Endpoint endpoint) throws Exception {
    IpcContext context = IpcContext.create();
    FutureTask<Channel> connecting = connect(context, endpoint);
    Thread user = new Thread(connecting);
    user.start();
    Programs.await("the connect to wait", () -> user.getState() == Thread.State.WAITING);
    context.close();
    Throwable thrown =
        assertThrows(ExecutionException.class, () -> connecting.get(5, TimeUnit.SECONDS));
    assertEquals(ClosedException.class, thrown.getCause().getClass(), thrown::toString);
  }

  @Test
  void aConnectThatNobodyAnswersEnds() throws Exception {
    Endpoint endpoint = fifo(Map.of());
    try (FileChannel silent = FifoPair.hold(Path.of(endpoint.address()))) {
      assertEnds(endpoint);
      assertEquals(true, silent.isOpen());
    }
  }

  @Test
  void aWriterWithoutAReaderEnds() throws Exception {
    assertEnds(fifo(Map.of("framing", "line", "role", "writer", "connectTimeout", "50s")));
  }

  @Test
  void aProgramThatWasJustStartedIsGone() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Endpoint endpoint =
        PipeTransport.exec(List.of("sleep", "1000"))
            .with("framing", "line")
            .with("exitTimeout", "0")
            .with("killTimeout", "0");
    long before = Programs.children();
    for (int i = 0; i < TIMES; i++) {
      IpcContext context = IpcContext.create();
      FutureTask<Channel> connecting = connect(context, endpoint);
      new Thread(connecting).start();
      LockSupport.parkNanos(random.nextInt(LONGEST_NANOS)); // the context closes at any moment
      context.close();
      try {
        Programs.report(connecting.get(10, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        assertEquals(ClosedException.class, e.getCause().getClass(), () -> "seed=" + seed + e);
      }
    }
    Programs.await("the programs to be gone", () -> Programs.children() <= before);
  }

  /** The time is over when the open begins, or just before. */
  @Test
  void aWriterWithoutTimeGivesUp() throws Exception {
    Endpoint endpoint = fifo(Map.of("framing", "line", "role", "writer", "connectTimeout", "0"));
    try (IpcContext context = IpcContext.create()) {
      for (int i = 0; i < 50 * TIMES; i++) {
        assertThrows(EndpointAbsentException.class, () -> context.connect(endpoint));
      }
    }
  }
}
