// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.spi.BufferSource;
import dev.ipc.spi.CloseCode;
import dev.ipc.spi.CloseFrame;
import dev.ipc.spi.Frame;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The control frames that wait to be written: one of each kind, the latest wins, so that no peer
 * can make us queue answers. Any thread asks for them; the event loop writes them between two
 * frames. Those that speak of messages wait until the bytes of these messages are written.
 */
final class ControlFrames {
  private static final int BARRIER = 1;
  private static final int ACK = 2;
  private static final int PING = 4;
  private static final int PONG = 8;
  private static final int END_OUTPUT = 16;
  private static final int CLOSE = 32;
  private static final int MOST = 1024;

  private final AtomicInteger wanted = new AtomicInteger();
  private volatile long barrier;
  private volatile long barrierMark;
  private volatile long acknowledged;
  private volatile long pong;
  private volatile long total;
  private volatile CloseFrame close;
  private boolean closeWritten;
  private final BufferSource memory;
  private ByteBuffer buffer;

  ControlFrames(BufferSource memory) {
    this.memory = memory;
  }

  void barrier(long sent, long mark) {
    barrierMark = mark;
    barrier = sent;
    want(BARRIER);
  }

  void acknowledge(long handled) {
    acknowledged = handled;
    want(ACK);
  }

  void ping() {
    want(PING);
  }

  void pong(long opaque) {
    pong = opaque;
    want(PONG);
  }

  void endOutput(long sent) {
    total = sent;
    want(END_OUTPUT);
  }

  void close(CloseFrame frame) {
    close = frame;
    want(CLOSE);
  }

  boolean closeWritten() {
    return closeWritten;
  }

  /**
   * The frames that may be written now.
   *
   * @param written how many bytes of messages are written
   * @param accepted how many bytes of messages there are in all
   * @return null if there are none
   */
  ByteBuffer next(long written, long accepted) {
    int now = wanted.get();
    if (now == 0 || closeWritten) {
      return null;
    }
    if (written < barrierMark) {
      now &= ~BARRIER;
    }
    if (written < accepted) {
      now &= ~END_OUTPUT;
      if (close != null && close.code() == CloseCode.ORDERLY) {
        now &= ~CLOSE;
      }
    }
    if (now == 0) {
      return null;
    }
    wanted.addAndGet(-now); // before the values are read: a later wish is written once more
    return encode(now);
  }

  void dispose() {
    if (buffer != null) {
      memory.give(buffer);
      buffer = null;
    }
  }

  private ByteBuffer encode(int now) {
    if (buffer == null) {
      buffer = memory.take(MOST);
    }
    buffer.clear();
    number(now & ACK, Frame.BARRIER_ACK, acknowledged);
    number(now & PONG, Frame.PONG, pong);
    number(now & PING, Frame.PING, 0);
    number(now & BARRIER, Frame.BARRIER, barrier);
    number(now & END_OUTPUT, Frame.END_OUTPUT, total);
    if ((now & CLOSE) != 0) {
      close.encode(buffer);
      closeWritten = true;
    }
    return buffer.flip();
  }

  private void number(int bit, int type, long value) {
    if (bit != 0) {
      Frame.putNumber(type, value, buffer);
    }
  }

  /** Adds a bit atomically; asking twice is asking once. */
  private void want(int bit) {
    wanted.accumulateAndGet(bit, (bits, more) -> bits | more);
  }
}
