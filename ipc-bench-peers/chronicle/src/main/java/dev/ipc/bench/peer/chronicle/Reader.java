// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.chronicle;

import java.io.IOException;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;

/** Reads messages in place. */
final class Reader implements AutoCloseable {
  private final Segments segments;
  private ChronicleQueue queue;
  private ExcerptTailer tailer;

  Reader(Segments segments) {
    this.segments = segments;
    segments.advance();
    open();
  }

  private void open() {
    queue = segments.open();
    tailer = queue.createTailer();
  }

  /** Hands on one message, if there is one. */
  boolean poll(Consumer<Bytes<?>> taker) throws IOException {
    try (DocumentContext document = tailer.readingDocument()) {
      if (!document.isPresent()) {
        return false;
      }
      taker.accept(document.wire().bytes());
    }
    if (segments.exhausted()) {
      close();
      segments.deleteLast();
      segments.advance();
      open();
    } else {
      segments.advance();
    }
    return true;
  }

  @Override
  public void close() {
    tailer.close();
    queue.close();
  }
}
