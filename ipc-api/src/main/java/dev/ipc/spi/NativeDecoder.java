// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The decoder of the native framing. */
final class NativeDecoder extends FrameDecoder {
  /** Messages of this length and more are read one by one, in bytes. */
  private static final int LARGE = 32 * 1024;

  /** The longest DATA frame. */
  private final int bound;

  private int fit;

  /** The header, and behind it a control frame's payload; only a CLOSE has more than 16 bytes. */
  private final ByteBuffer small = ByteBuffer.allocate(CloseFrame.MAX_ENCODED);

  /** Of the frame that has begun; meaningful when all of the header is there. */
  private long header;

  /** How much of the header and of a control frame's payload is there. */
  private int gathered;

  private int missing;
  private boolean inMessage;
  private boolean outputEnded;
  private boolean closed;

  NativeDecoder(int maximum, FrameSink sink) {
    super(maximum, sink);
    bound = Math.min(maximum, Frame.PART);
  }

  @Override
  boolean begun() {
    return inMessage || gathered > 0;
  }

  @Override
  public int fit() {
    return fit;
  }

  @Override
  boolean cut(ByteBuffer chunk, ByteBuffer view) {
    while (chunk.hasRemaining()) {
      boolean resting = !begun() && !outputEnded && !closed;
      if (resting) {
        if (!wholeMessages(chunk, view)) {
          return false;
        }
        if (leaving && begins(chunk)) {
          return true;
        }
      }
      if (chunk.hasRemaining() && !step(chunk)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the chunk ends within a message of a single frame; nothing of it is consumed. */
  private boolean begins(ByteBuffer chunk) {
    int present = chunk.remaining();
    if (present == 0) {
      return false;
    }
    if (present < Frame.HEADER) {
      fit = 0;
      return true;
    }
    long h = (long) Frame.LONG.get(chunk, chunk.position());
    int length = Frame.length(h);
    boolean whole = h >>> 32 == Frame.DATA && length >= 0 && length <= bound;
    int missing = length + Frame.HEADER - present;
    if (!whole || length < LARGE) {
      fit = 0;
    } else {
      fit = missing < LARGE / 2 ? missing + Frame.HEADER + length : missing;
    }
    return whole;
  }

  /** The tight loop: single-frame messages that lie whole inside the chunk. */
  private boolean wholeMessages(ByteBuffer chunk, ByteBuffer view) {
    int limit = chunk.limit();
    int next = chunk.position();
    int last = 0;
    try {
      while (limit - next >= Frame.HEADER) {
        long h = (long) Frame.LONG.get(chunk, next);
        int start = next + Frame.HEADER;
        int length = Frame.length(h);
        if (h >>> 32 != Frame.DATA || length < 0 || length > bound || length > limit - start) {
          return true;
        }
        next = start + length;
        last = length;
        view.clear().limit(next).position(start).order(ByteOrder.BIG_ENDIAN);
        if (!sink.message(view)) {
          next = start - Frame.HEADER;
          return false;
        }
      }
      return true;
    } finally {
      chunk.position(next);
      fit = last < LARGE ? 0 : last + Frame.HEADER; // the next one may be as long
    }
  }

  /** Everything else, one step at a time: consumes at least one byte. */
  private boolean step(ByteBuffer chunk) {
    fit = 0;
    if (gathered < Frame.HEADER) {
      if (closed) {
        throw ProtocolViolation.protocolError(
            "there are bytes behind a CLOSE, count=" + chunk.remaining());
      }
      gather(chunk, Math.min(chunk.remaining(), Frame.HEADER - gathered));
      if (gathered < Frame.HEADER) {
        return true;
      }
      header = (long) Frame.LONG.get(small, 0);
      check();
      missing = Frame.length(header);
    }
    int count = Math.min(missing, chunk.remaining());
    if (Frame.type(header) == Frame.DATA) {
      assembly.append(chunk, count);
    } else {
      gather(chunk, count);
    }
    missing -= count;
    return missing > 0 || finish();
  }

  private void gather(ByteBuffer chunk, int count) {
    int position = chunk.position();
    small.put(gathered, chunk, position, count);
    gathered += count;
    chunk.position(position + count);
  }

  private void check() {
    if (Frame.reserved(header) != 0) {
      throw ProtocolViolation.protocolError(
          "the reserved bits of a frame are not 0, " + Frame.describe(header));
    }
    int allowed = Frame.type(header) == Frame.DATA ? Frame.MORE : 0;
    if ((Frame.flags(header) & ~allowed) != 0) {
      throw ProtocolViolation.protocolError(
          "the frame has flags that are not known, " + Frame.describe(header));
    }
    if (Frame.type(header) == Frame.DATA) {
      checkData();
    } else {
      checkControl();
    }
  }

  private void checkData() {
    int length = Frame.length(header);
    if (outputEnded) {
      throw ProtocolViolation.protocolError(
          "there is a message behind END_OUTPUT, " + Frame.describe(header));
    }
    if (length < 0 || length > Frame.PART) {
      throw ProtocolViolation.tooLarge(
          "a part is too long, largest=" + Frame.PART + ", " + Frame.describe(header));
    }
    if (length > maximum - assembly.length()) {
      throw ProtocolViolation.tooLarge(
          "a message is too long, largest="
              + maximum
              + ", received="
              + assembly.length()
              + ", "
              + Frame.describe(header));
    }
    if (length == 0 && Frame.flags(header) == Frame.MORE) {
      throw ProtocolViolation.protocolError(
          "a part is empty although more follow, " + Frame.describe(header));
    }
  }

  private void checkControl() {
    int type = Frame.type(header);
    int length = Frame.length(header);
    boolean right;
    if (type == Frame.CLOSE) {
      right = length >= CloseFrame.MIN_PAYLOAD && length <= CloseFrame.MAX_PAYLOAD;
    } else if (type == Frame.WAKE) {
      right = length == 0;
    } else if (Frame.hasNumber(type)) {
      right = length == Long.BYTES;
    } else {
      throw ProtocolViolation.protocolError(
          "a frame of this type must not come here, " + Frame.describe(header));
    }
    if (!right) {
      throw ProtocolViolation.protocolError(
          "a frame of this type has another length, " + Frame.describe(header));
    }
    if (type == Frame.END_OUTPUT && (inMessage || outputEnded)) {
      throw ProtocolViolation.protocolError(
          "an END_OUTPUT comes within a message or twice, " + Frame.describe(header));
    }
  }

  private boolean finish() {
    frames++;
    if (Frame.type(header) == Frame.DATA) {
      gathered = 0;
      inMessage = Frame.flags(header) == Frame.MORE;
      return inMessage || complete();
    }
    long number = Frame.hasNumber(Frame.type(header)) ? (long) Frame.LONG.get(small, 8) : 0;
    int end = gathered;
    gathered = 0;
    switch (Frame.type(header)) {
      case Frame.BARRIER -> sink.barrier(number);
      case Frame.BARRIER_ACK -> sink.barrierAck(number);
      case Frame.PING -> sink.ping(number);
      case Frame.PONG -> sink.pong(number);
      case Frame.END_OUTPUT -> {
        outputEnded = true;
        sink.endOutput(number);
      }
      case Frame.CLOSE -> close(CloseFrame.decode(small.duplicate().limit(end).position(8)));
      default -> sink.wake();
    }
    return true;
  }

  private void close(CloseFrame frame) {
    if (inMessage && frame.code() == CloseCode.ORDERLY) {
      throw ProtocolViolation.protocolError("an orderly CLOSE comes within a message");
    }
    closed = true;
    inMessage = false;
    assembly.clear();
    sink.close(frame);
  }
}
