// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.spi.Deadline;
import io.netty.channel.nio.NioIoHandler;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** More clients at the door than may be in their handshake: the slowest make room. */
@Timeout(60)
class CrowdTest {
  /** How many may be in their handshake at once. */
  private static final int CROWD = 512;

  @TempDir Path directory;

  /** Nobody is told to leave for a minute, but the good client is served within its 20 seconds. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theSilentMakeRoom(Place place) throws Exception {
    Endpoint free = place.free(directory).with("handshakeTimeout", "1m");
    List<Raw> silent = new ArrayList<>();
    try (GoodClient good = new GoodClient(free)) {
      try {
        for (int i = 0; i < CROWD + 100; i++) {
          silent.add(Raw.connect(good.endpoint()));
        }
        served(good.endpoint());
        assertEquals(0, silent.get(0).rest().length, "the oldest one is dropped");
        silent.get(silent.size() - 1).greet(place.scheme()); // the newest one is not
        good.isServed();
      } finally {
        closeAll(silent);
      }
    }
  }

  /** Who was refused and does not leave counts like one who has not spoken yet. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theRefusedAreBounded(Place place) throws Exception {
    byte[] wrong = Raw.hello("other");
    List<Raw> refused = new ArrayList<>();
    try (GoodClient good = new GoodClient(place.free(directory))) {
      int before = Way.descriptors();
      try {
        for (int i = 1; i <= 3 * CROWD; i++) {
          refused.add(Raw.connect(good.endpoint()).write(wrong));
          if (i % 16 == 0) {
            int held = Way.descriptors() - before - i;
            assertTrue(held <= CROWD + 64, () -> "descriptors of the server: " + held);
          }
        }
        served(good.endpoint());
        assertEquals(Raw.REFUSE, refused.get(0).frame().type());
        assertEquals(0, refused.get(0).rest().length);
        good.nextAccepted();
        assertTrue(good.nobodyElse(), "somebody else was accepted");
        good.isServed();
      } finally {
        closeAll(refused);
      }
    }
  }

  private static void served(Endpoint endpoint) throws Exception {
    Endpoint patient = endpoint.with("handshakeTimeout", "20s").with("connectTimeout", "20s");
    try (IpcContext context = Place.context();
        Channel late = context.connect(patient)) {
      Collector echoes = Collector.on(late);
      late.send(ByteBuffer.wrap(new byte[7]));
      echoes.expect(new byte[7]);
    }
  }

  private static void closeAll(List<Raw> clients) throws Exception {
    for (Raw client : clients) {
      client.close();
    }
  }

  /** Also who was refused and lingers is cut when others wait, and not only when its time is up. */
  @Test
  void whoLingersIsCutForOthers() throws Exception {
    Endpoint free = new Place("unix", "nio").free(directory);
    try (IpcContext context = Place.context();
        Loops loops = new Loops(NioIoHandler.newFactory());
        SocketListener listener = (SocketListener) context.listen(free);
        ServerSocketChannel server = Raw.listen(free.withAddress(directory + "/other"));
        Raw client = Raw.connect(free.withAddress(directory + "/other"))) {
      SocketChannel accepted = server.accept();
      accepted.configureBlocking(false);
      Loop loop = loops.next();
      Connection connection = new Connection(loop, new NioWire(accepted), loops.connections());
      ServerHandshake handshake = new ServerHandshake(connection, listener);
      long begun = System.nanoTime();
      on(loop, () -> handshake.begin(Optional.of("no")));
      boolean lingers = accepted.isOpen();
      boolean early = Deadline.left(begun + Duration.ofMillis(900).toNanos()) > 0;
      assertTrue(lingers || !early, "it is given time to read the answer");
      handshake.giveUp();
      on(loop, () -> {}); // behind the task of giveUp
      assertFalse(accepted.isOpen());
      assertEquals(Raw.REFUSE, client.frame().type());
      assertEquals(0, client.rest().length);
    }
  }

  private static void on(Loop loop, Runnable task) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    done.get(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
