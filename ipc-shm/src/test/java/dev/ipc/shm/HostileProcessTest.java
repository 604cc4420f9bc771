// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import dev.ipc.spi.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another process scribbles over the memory while we look at it: we live, and read nothing but what
 * a peer could as well have sent.
 */
@Timeout(120)
class HostileProcessTest {
  private static final int SCALE = Integer.getInteger("ipc.scale", 1);
  private static final int CAPACITY = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private long sum;

  static Stream<Rings.Kind> kinds() {
    return Rings.kinds().stream();
  }

  private static long seed() {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("HostileProcessTest: -Dipc.seed=" + seed);
    return seed;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRingThatAnotherProcessScribblesOver(Rings.Kind kind) throws Exception {
    int length = SegmentLayout.WORDS_LENGTH + CAPACITY;
    Path path = Files.write(directory.resolve("ring"), new byte[length]);
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Mapping mapping = Mapping.of(file, length);
      ByteBuffer memory = mapping.buffer();
      Ring ring =
          new Ring(
              kind.over().apply(memory.slice(0, SegmentLayout.WORDS_LENGTH)),
              kind.over().apply(memory.slice(SegmentLayout.WORDS_LENGTH, CAPACITY)));
      try (Fork peer = fork("scribble", path.toString())) {
        assertEquals("ready", peer.line());
        use(ring);
      }
      mapping.unmap();
    }
  }

  /** Until there were enough looks, and enough of every kind of outcome. */
  private void use(Ring ring) {
    RingReader reader = Rings.reader(ring);
    RingWriter writer = Rings.writer(ring);
    int taken = 0;
    int badReads = 0;
    int badWrites = 0;
    for (int i = 0; i < 500_000 * SCALE || Math.min(badReads, badWrites) < 100; i++) {
      try {
        taken += reader.take(this::check, 4);
      } catch (ProtocolViolation e) {
        badReads++;
        reader = Rings.reader(ring);
      }
      try {
        if (!writer.offer(ByteBuffer.allocate(24), LAST)) {
          writer = Rings.writer(ring);
        }
      } catch (ProtocolViolation e) {
        badWrites++;
        writer = Rings.writer(ring);
      }
    }
    assertTrue(taken > 0, "sum=" + sum);
  }

  private void check(ByteBuffer part, int flags) {
    assertTrue(flags == LAST || flags == MORE);
    assertTrue(part.remaining() <= SegmentLayout.largestPayload(CAPACITY));
    assertTrue(part.limit() <= CAPACITY);
    while (part.hasRemaining()) {
      sum += part.get();
    }
  }

  @Test
  void channelsOfAHostileProcessEndAndOthersGoOn() throws Exception {
    try (IpcContext context = IpcContext.of(ChannelConfig.defaults(), new ShmTransport())) {
      Endpoint endpoint = Pairs.endpoint(directory).with(RingOption.KEY, "4k");
      Listener listener = context.listen(endpoint);
      Channel near = context.connect(endpoint);
      Channel far = listener.accept(PATIENCE).orElseThrow();
      try (Fork peer = fork("hostile", endpoint.toString())) {
        assertEquals("ready", peer.line());
        for (int i = 0; i < Scribbler.CONNECTIONS; i++) {
          Channel hostile = listener.accept(PATIENCE).orElseThrow();
          hostile.onMessage(message -> answer(hostile, message));
          near.send(ByteBuffer.allocate(10));
          assertEquals(ReceiveResult.RECEIVED, far.receive(message -> {}, PATIENCE));
          CloseReason reason =
              hostile.closed().toCompletableFuture().get(20, TimeUnit.SECONDS).reason();
          assertTrue(Set.of(CloseReason.PROTOCOL_ERROR, CloseReason.TOO_LARGE).contains(reason));
        }
      }
      near.send(ByteBuffer.allocate(10));
      assertEquals(ReceiveResult.RECEIVED, far.receive(message -> {}, PATIENCE));
    }
  }

  private void answer(Channel channel, ByteBuffer message) {
    while (message.hasRemaining()) {
      sum += message.get();
    }
    channel.trySend(ByteBuffer.allocate(sum % 2 == 0 ? 100 : 20));
  }

  /** 10^5 states for each of reading and writing, and for each kind of buffer. */
  @Test
  void theInterpreterLivesToo() throws Exception {
    String options = "-Xint --add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";
    try (Fork fork = Fork.start(List.of(), Map.of("JAVA_TOOL_OPTIONS", options), "interpret", "")) {
      assertTrue(fork.line().contains("interpreted"));
      assertEquals("survived varhandle", lastOf(fork, 3));
      assertEquals("survived unsafe", lastOf(fork, 3));
    }
  }

  /** Two lines tell the seeds. */
  private static String lastOf(Fork fork, int lines) throws IOException {
    String line = null;
    for (int i = 0; i < lines; i++) {
      line = fork.line();
    }
    return line;
  }

  private static Fork fork(String what, String where) throws IOException {
    return Fork.start(List.of(), Map.of(), what, where, Long.toString(seed()));
  }
}
