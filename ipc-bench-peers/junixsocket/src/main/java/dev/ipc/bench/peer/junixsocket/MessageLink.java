// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.junixsocket;

import dev.ipc.bench.peer.Payload;
import dev.ipc.bench.peer.Tally;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;

/**
 * Messages over a stream of bytes. All have one size, so there is no length between them: the
 * hardest case for whoever compares himself.
 */
final class MessageLink {
  /** Bytes of a batch, and of a read. */
  private static final int CHUNK = 64 * 1024;

  private final Style.Link link;
  private final Tally tally;
  private final int size;
  private final ByteBuffer out;
  private final ByteBuffer in;
  private final BooleanSupplier closing;

  MessageLink(JunixsocketContender contender, Style.Link link, Tally tally, Sizes sizes) {
    this.link = link;
    this.tally = tally;
    this.size = sizes.message();
    this.closing = sizes.closing();
    int messages = Math.max(1, CHUNK / size);
    this.out = buffer(contender, contender.writing() == Writing.BATCHED ? messages : 1);
    // Two at least: beside the part of a message that was read, a whole one has room.
    this.in = buffer(contender, Math.max(2, messages));
    for (int at = 0; at < out.capacity(); at += size) {
      out.put(Payload.bytes(size));
    }
    out.clear();
  }

  /** The bytes of a message, and whether waiting on a polled link shall end. */
  record Sizes(int message, BooleanSupplier closing) {}

  private ByteBuffer buffer(JunixsocketContender contender, int messages) {
    return contender.style().allocate(messages * size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a message to the batch, which is written when it is full. */
  void put(int number) throws IOException {
    out.putInt(out.position(), number);
    out.position(out.position() + size);
    if (!out.hasRemaining()) {
      flush();
    }
  }

  /** Writes the batch. */
  void flush() throws IOException {
    out.flip();
    write(out);
    out.clear();
  }

  /** Reads what is there, at least one whole message; false at the end. */
  boolean take() throws IOException {
    while (in.position() < size) {
      int count = link.read(in);
      if (count < 0 || closing.getAsBoolean()) {
        return ended();
      }
      if (count == 0) {
        Thread.onSpinWait();
      }
    }
    in.flip();
    while (in.remaining() >= size) {
      tally.take(in.getInt(in.position()), size);
      in.position(in.position() + size);
    }
    in.compact();
    return true;
  }

  private boolean ended() throws EOFException {
    if (in.position() > 0 && !closing.getAsBoolean()) {
      throw new EOFException("the peer ended inside a message");
    }
    return false;
  }

  /** Takes one message, and sends the very same back. */
  boolean echo() throws IOException {
    if (!take()) {
      return false;
    }
    ByteBuffer same = in.duplicate().position(0).limit(size);
    write(same);
    return true;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (link.write(bytes) == 0) {
        if (closing.getAsBoolean()) {
          return;
        }
        Thread.onSpinWait();
      }
    }
  }
}
