// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshake, messages of all sizes and the end, when no read and no write is more than a byte. */
@Timeout(90)
class OneByteTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  static Stream<Arguments> cases() {
    Stream<Arguments> native_ = Place.all().map(place -> Arguments.of("native", place));
    Stream<Arguments> plain =
        Stream.of("u32be", "u32le", "u16be", "line")
            .flatMap(
                framing ->
                    Stream.of(Place.ALL.get(0), Place.ALL.get(3))
                        .map(place -> Arguments.of(framing, place)));
    return Stream.concat(native_, plain);
  }

  private static int[] sizes(String framing) {
    IntStream small = IntStream.rangeClosed(0, 70);
    IntStream large = IntStream.of(255, 256, 4095, 4096, 4097, 65_535, 65_536, 65_537, 70_000);
    return IntStream.concat(small, large)
        .filter(size -> !framing.equals("u16be") || size <= 65_535)
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyByteArrivesInBothDirections(String framing, Place place) throws Exception {
    boolean isNative = framing.equals("native");
    Endpoint free = place.free(Files.createTempDirectory(directory, "a"));
    try (IpcContext context = Place.context();
        Listener listener = context.listen(free.with("framing", framing));
        OneByteShim shim =
            OneByteShim.before(
                listener.endpoint(),
                place.free(Files.createTempDirectory(directory, "b")),
                place)) {
      Channel client = context.connect(shim.endpoint());
      Channel server = listener.accept(PATIENCE).orElseThrow();
      server.onMessage(
          message -> {
            try {
              server.send(message);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      Collector echoes = Collector.on(client);
      for (int size : sizes(framing)) {
        client.send(ByteBuffer.wrap(message(framing, size)));
      }
      for (int size : sizes(framing)) {
        echoes.expect(message(framing, size));
      }
      if (isNative) {
        assertEquals(new DrainReport(true, 0), client.drain(PATIENCE));
      }
      client.close();
      assertEquals(CloseReason.LOCAL, Collector.end(client).reason());
      assertEquals(CloseReason.PEER_CLOSED, Collector.end(server).reason());
    }
  }

  private static byte[] message(String framing, int size) {
    return framing.equals("line") ? Collector.text(size, size) : Collector.payload(size, size);
  }
}
