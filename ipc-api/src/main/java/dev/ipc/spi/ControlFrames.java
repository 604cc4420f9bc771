// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The control frames that wait to be written: one of each kind, the latest wins, so that no peer
 * can make us queue answers. Any thread asks for them; one at a time encodes them, to be written
 * between two frames. Those that speak of messages wait until these messages are on their way.
 */
public final class ControlFrames {
  private static final int BARRIER = 1;
  private static final int ACK = 2;
  private static final int PING = 4;
  private static final int PONG = 8;
  private static final int END_OUTPUT = 16;
  private static final int CLOSE = 32;
  private static final int MOST = 1024;

  private static final VarHandle WANTED =
      Fields.handle(MethodHandles.lookup(), ControlFrames.class, "wanted", int.class);

  private volatile int wanted;
  private volatile long barrier;
  private volatile long barrierMark;
  private volatile long acknowledged;
  private volatile long pong;
  private volatile long total;
  private volatile CloseFrame close;
  private volatile boolean closeWritten;
  private final BufferSource memory;
  private ByteBuffer buffer;

  /**
   * None is asked for.
   *
   * @param memory for what is encoded
   */
  public ControlFrames(BufferSource memory) {
    this.memory = memory;
  }

  /**
   * Asks for a BARRIER.
   *
   * @param sent how many messages were sent so far
   * @param mark what has to be written before it, as {@link #next} counts
   */
  public void barrier(long sent, long mark) {
    barrierMark = mark;
    barrier = sent;
    want(BARRIER);
  }

  /**
   * Asks for a BARRIER_ACK.
   *
   * @param handled for how many messages the handler returned
   */
  public void acknowledge(long handled) {
    acknowledged = handled;
    want(ACK);
  }

  /** Asks for a PING. */
  public void ping() {
    want(PING);
  }

  /**
   * Asks for a PONG.
   *
   * @param opaque what the ping carried
   */
  public void pong(long opaque) {
    pong = opaque;
    want(PONG);
  }

  /**
   * Asks for END_OUTPUT, behind all messages.
   *
   * @param sent how many messages were sent in all
   */
  public void endOutput(long sent) {
    total = sent;
    want(END_OUTPUT);
  }

  /**
   * Asks for CLOSE, the last frame: behind all messages if it is orderly, else at once.
   *
   * @param frame what to say
   */
  public void close(CloseFrame frame) {
    close = frame;
    want(CLOSE);
  }

  /**
   * Whether CLOSE was encoded. Any thread.
   *
   * @return whether nothing follows
   */
  public boolean closeWritten() {
    return closeWritten;
  }

  /** Whether none is asked for and CLOSE was not written. */
  boolean isIdle() {
    return wanted == 0 && !closeWritten;
  }

  /**
   * The frames that may be written now. One thread at a time.
   *
   * @param written how much of the messages is written, in bytes
   * @param accepted how much of them there is in all, in bytes
   * @return to be written whole before the next call; null if there are none
   */
  public ByteBuffer next(long written, long accepted) {
    int now = wanted;
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
    WANTED.getAndAdd(this, -now); // before the values are read: a later wish is written once more
    return encode(now);
  }

  /** Gives the memory back; nothing is encoded any more. */
  public void dispose() {
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
    WANTED.getAndBitwiseOr(this, bit);
  }
}
