// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.SendResult;
import dev.ipc.spi.BufferSource;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The end of the output of a plain framing is the end of the stream: it must not overtake a send
 * that succeeds.
 */
@Timeout(60)
class PlainEndTest {
  private static final int SENDERS = 2;
  private static final int[] SIZES = {8, 8, 8, 5000, 8, 200_000};

  @TempDir Path directory;

  private final long seed = Long.getLong("ipc.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** A plain channel and the bare socket at its far end. */
  private record Ends(Channel channel, Raw far) {}

  private static Ends connect(IpcContext context, ServerSocketChannel server, Place place)
      throws Exception {
    Endpoint endpoint = Raw.endpoint(server, place).with("framing", "u32be");
    return new Ends(context.connect(endpoint), Raw.accept(server));
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void itWaitsForAWriter(Place place) throws Exception {
    CountDownLatch within = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (IpcContext context = Place.context();
        Listener other = context.listen(new Place("unix", place.io()).of(directory + "/other"));
        ServerSocketChannel server = Raw.listen(place.free(directory))) {
      Ends ends = connect(context, server, place);
      CompletableFuture<Void> sender =
          Sides.thread(
              () -> {
                ends.channel.send(ByteBuffer.wrap(new byte[1]));
                SendResult result =
                    ends.channel.trySend(
                        2,
                        target -> {
                          within.countDown();
                          assertTrue(wait(goOn));
                          target.putShort((short) 7);
                        });
                assertEquals(SendResult.SENT, result);
              });
      assertTrue(wait(within));
      ends.channel.endOutput();
      assertEquals(5, ends.far.read(5).length);
      for (int i = 0; i < 3; i++) {
        context.connect(other.endpoint()).close(); // the event loop has turned
      }
      goOn.countDown();
      Sides.get(sender);
      assertEquals(List.of((byte) 0, (byte) 0, (byte) 0, (byte) 2, (byte) 0, (byte) 7), rest(ends));
      ends.channel.abort();
      ends.far.close();
    }
  }

  /** A send and the end come just when the event loop has written everything before them. */
  @Test
  void aSendBetweenTheLastWriteAndTheEndArrives() throws Exception {
    byte[] large = new byte[400_000]; // more than the kernel takes, less than one turn writes
    Endpoint endpoint = Endpoint.of("unix:" + directory + "/s?framing=u32be");
    BufferSource memory = BufferSource.pooledDirect(1024, 1024);
    Setup setup = new Setup(endpoint, ChannelConfig.defaults(), Setup.framing(endpoint), memory);
    try (Loops loops = new Loops(NioIoHandler.newFactory());
        ServerSocketChannel server = Raw.listen(endpoint);
        SocketChannel near = SocketChannel.open(server.getLocalAddress());
        Raw far = Raw.accept(server)) {
      near.setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
      near.configureBlocking(false);
      CompletableFuture<Channel> made = new CompletableFuture<>();
      CompletableFuture<Void> late = new CompletableFuture<>();
      Wire wire =
          new HookedWire(
              new NioWire(near),
              () ->
                  Sides.get(
                      Sides.thread(
                          () -> {
                            ByteBuffer last = ByteBuffer.wrap(new byte[] {7});
                            assertEquals(SendResult.SENT, made.join().trySend(last));
                            made.join().endOutput();
                            late.complete(null);
                          })));
      Connection connection = new Connection(loops.next(), wire, loops.connections());
      connection
          .loop()
          .execute(
              () -> {
                try {
                  FramedChannel channel = setup.plain(connection);
                  connection.start(channel);
                  channel.open();
                  made.complete(channel);
                } catch (IOException | RuntimeException e) {
                  made.completeExceptionally(e);
                }
              });
      Channel channel = made.get(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
      channel.send(ByteBuffer.wrap(large));
      far.read(4 + large.length);
      assertArrayEquals(new byte[] {0, 0, 0, 1, 7}, far.rest());
      Sides.get(late);
      channel.abort();
    }
  }

  private static boolean wait(CountDownLatch latch) {
    try {
      return latch.await(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Byte> rest(Ends ends) {
    List<Byte> bytes = new ArrayList<>();
    for (byte one : ends.far.rest()) {
      bytes.add(one);
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void nothingThatWasSentIsLost(Place place) throws Exception {
    System.out.println("PlainEndTest: -Dipc.seed=" + seed);
    try (IpcContext context = Place.context();
        ServerSocketChannel server = Raw.listen(place.free(directory))) {
      for (int round = 0; round < 150 * Way.SCALE; round++) {
        Ends ends = connect(context, server, place);
        storm(ends, "round " + round);
        ends.channel.abort();
        ends.far.close();
      }
    }
  }

  private void storm(Ends ends, String round) throws Exception {
    int[] sent = new int[SENDERS];
    CyclicBarrier start = new CyclicBarrier(SENDERS + 1);
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      senders.add(
          Sides.thread(
              () -> {
                start.await(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
                sent[sender] = sendUntilClosed(ends.channel, sender);
              }));
    }
    CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(ends.far::rest);
    long pause = random.nextInt(300_000);
    start.await(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < pause) {
      Thread.onSpinWait();
    }
    ends.channel.endOutput();
    for (CompletableFuture<Void> sender : senders) {
      Sides.get(sender);
    }
    byte[] all = received.get(Collector.DEADLINE_SECONDS, TimeUnit.SECONDS);
    check(ByteBuffer.wrap(all), sent, round);
  }

  /** Messages of changing sizes that begin with the sender and a count: how many were sent. */
  private static int sendUntilClosed(Channel channel, int sender) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    int count = 0;
    while (System.nanoTime() - deadline < 0) {
      int size = SIZES[count % SIZES.length];
      ByteBuffer message = ByteBuffer.allocate(size).putInt(0, sender).putInt(4, count);
      switch (channel.trySend(message)) {
        case SENT -> count++;
        case CLOSED -> {
          return count;
        }
        default -> Thread.onSpinWait();
      }
    }
    throw new AssertionError("the output does not end, sent=" + count);
  }

  /** Every message is there, whole, and each sender's are in order. */
  private static void check(ByteBuffer all, int[] sent, String round) {
    int[] seen = new int[SENDERS];
    while (all.hasRemaining()) {
      int length = all.getInt();
      assertTrue(all.remaining() >= length, round + ": the last message is cut");
      int sender = all.getInt(all.position());
      assertEquals(seen[sender], all.getInt(all.position() + 4), round);
      assertEquals(SIZES[seen[sender] % SIZES.length], length, round);
      seen[sender]++;
      all.position(all.position() + length);
    }
    assertEquals(List.of(sent[0], sent[1]), List.of(seen[0], seen[1]), round);
  }
}
