// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.jdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class LinkTest {
  private static final byte[] BYTES = {1, 2, 3, 4, 5, 6, 7};

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<Integer> offered = new ArrayList<>();

  @Test
  void whatIsWrittenInPartsArrivesWhole() throws IOException {
    link(Integer.MAX_VALUE).write(ByteBuffer.wrap(BYTES));
    assertArrayEquals(BYTES, written.toByteArray());
    assertEquals(List.of(7, 5, 3, 1), offered);
  }

  @Test
  void aCallGetsAChunkAtMost() throws IOException {
    link(4).write(ByteBuffer.wrap(BYTES));
    assertArrayEquals(BYTES, written.toByteArray());
    assertEquals(List.of(4, 4, 3, 1), offered);
  }

  private Link link(int chunk) {
    return new Link(null, new TwoBytes(), chunk);
  }

  /** Takes at most two bytes of what it is offered. */
  private final class TwoBytes implements WritableByteChannel {
    @Override
    public int write(ByteBuffer buffer) {
      offered.add(buffer.remaining());
      int count = Math.min(2, buffer.remaining());
      for (int i = 0; i < count; i++) {
        written.write(buffer.get());
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
