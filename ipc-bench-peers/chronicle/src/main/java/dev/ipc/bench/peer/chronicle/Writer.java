// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import java.util.function.BooleanSupplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;

/** Appends messages. */
final class Writer implements AutoCloseable {
  private final Segments segments;
  private ChronicleQueue queue;
  private ExcerptAppender appender;

  Writer(Segments segments) {
    this.segments = segments;
  }

  /** Writes what remains in {@code message}, and leaves it as it was. */
  void write(Bytes<?> message, BooleanSupplier ended) {
    if (segments.advance()) {
      close();
      segments.awaitRoom(ended);
      queue = segments.open();
      appender = queue.createAppender();
    }
    try (DocumentContext document = appender.writingDocument()) {
      document.wire().bytes().write(message, message.readPosition(), message.readRemaining());
    }
  }

  @Override
  public void close() {
    if (queue != null) {
      appender.close();
      queue.close();
    }
  }
}
