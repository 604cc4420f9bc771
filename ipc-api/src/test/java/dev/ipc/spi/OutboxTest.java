// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.spi.StreamChannel.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written straight from a sender's buffer, and what comes after it. */
@Tag("portable")
class OutboxTest {
  private static final int LENGTH = 20_000;
  private static final int FITS = 1_000;

  private final Outbox outbox = new Outbox(Framing.of("native"), BufferSource.heap(), 1 << 18);
  private final ByteBuffer wire = ByteBuffer.allocate(1 << 17);

  private int writeAll(ByteBuffer bytes) {
    int count = bytes.remaining();
    wire.put(bytes);
    return count;
  }

  private int writeSome(ByteBuffer header, ByteBuffer payload) {
    int before = wire.position();
    wire.put(header);
    payload.limit(payload.position() + FITS);
    wire.put(payload);
    payload.limit(LENGTH);
    return wire.position() - before;
  }

  @Test
  void noControlFrameComesBetweenTheHalvesOfAMessage() throws IOException {
    ByteBuffer message = ByteBuffer.allocate(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      message.put(i, (byte) i);
    }
    assertTrue(
        outbox.writeDirectly(
            message,
            (header, payload) -> {
              int count = writeSome(header, payload);
              outbox.control.pong(42);
              return count;
            }));
    assertEquals(Progress.DONE, outbox.write(this::writeAll));
    wire.flip().position(Frame.HEADER);
    assertEquals(message, wire.slice(Frame.HEADER, LENGTH));
    assertEquals(Frame.HEADER + LENGTH + Frame.HEADER + Long.BYTES, wire.limit());
    assertTrue(outbox.isDrained());
  }
}
