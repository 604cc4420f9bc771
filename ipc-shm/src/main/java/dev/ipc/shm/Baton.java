// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.BATON_LENGTH;
import static dev.ipc.shm.SegmentLayout.RECORD_HEADER_LENGTH;
import static dev.ipc.shm.SegmentLayout.batonHeader;

import dev.ipc.spi.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.AtomicBuffer;

/**
 * One side of the cache line that both sides write by turns. Who took the last message out of it
 * holds it, and may pass it back with a short message of his own. So questions and answers go to
 * and fro with a single line, which is the least that two processors can do; two lines, one for
 * each direction, take twice as long.
 *
 * <p>One thread at a time passes it and one takes, not necessarily the same. What is taken is
 * copied, since the answer may be written while the question is still looked at.
 *
 * <p>Nothing the peer writes is trusted: a header is read once and checked before it is used.
 */
final class Baton {
  /** The longest message, in bytes. */
  static final int LONGEST = BATON_LENGTH - RECORD_HEADER_LENGTH;

  private final AtomicBuffer line;
  private final ByteBuffer taken = ByteBuffer.allocateDirect(LONGEST);
  private final ByteBuffer view = taken.asReadOnlyBuffer();
  private final AnswerTime answerTime = new AnswerTime();
  private final AtomicBoolean held;

  /** The turn of the peer's next message; the one before it is ours. */
  private final AtomicInteger turn;

  /**
   * At any time.
   *
   * @param turn of the peer's next message
   */
  Baton(AtomicBuffer line, int turn, boolean held) {
    this.line = line;
    this.turn = new AtomicInteger(turn);
    this.held = new AtomicBoolean(held);
  }

  /** The side that may pass it first, over a line of 0. */
  static Baton first(AtomicBuffer line) {
    return new Baton(line, 2, true);
  }

  /** The side that takes it first. */
  static Baton second(AtomicBuffer line) {
    return new Baton(line, 1, false);
  }

  // ---- who passes it

  /** Whether it may be passed. */
  boolean isHeld() {
    return held.getAcquire();
  }

  /**
   * Passes it, which must be held.
   *
   * @param message is copied from, its position and limit do not matter
   * @param length in bytes, {@link #LONGEST} at most
   */
  void pass(ByteBuffer message, int start, int length) {
    Objects.checkFromIndexSize(start, length, message.capacity());
    line.putBytes(RECORD_HEADER_LENGTH, message, start, length);
    long header = batonHeader(RECORD_HEADER_LENGTH + length, turn.getPlain() - 1);
    answerTime.asked();
    held.setOpaque(false); // before the peer can pass it back
    line.putLongRelease(0, header); // SYNC baton-passed
  }

  // ---- who takes it

  /** Any thread: whether there is a message to take; after a violation, any answer. */
  boolean hasArrived() {
    if (held.getOpaque()) {
      return false;
    }
    long header = line.getLongAcquire(0); // SYNC baton-passed
    int behind = turn.getOpaque() - SegmentLayout.turn(header);
    return behind != 1 && behind != 2; // ours, or the one before that, which is just replaced
  }

  /** The same for one who looks again and again: not before an answer is expected. */
  boolean hasArrivedInTime() {
    if (held.getOpaque() || !answerTime.isDue()) {
      return false;
    }
    if (hasArrived()) {
      return true;
    }
    answerTime.tooEarly();
    return false;
  }

  /**
   * Takes the message that has arrived.
   *
   * @return a view that holds until the next one
   * @throws ProtocolViolation if there is something else
   */
  ByteBuffer take() {
    int awaited = turn.getPlain();
    long header = line.getLongAcquire(0); // SYNC baton-passed
    int length = SegmentLayout.length(header) - RECORD_HEADER_LENGTH;
    if (SegmentLayout.turn(header) != awaited || length < 0 || length > LONGEST) {
      throw ProtocolViolation.protocolError(
          "impossible header of the baton="
              + Long.toHexString(header)
              + ", turn="
              + Integer.toHexString(awaited));
    }
    line.getBytes(RECORD_HEADER_LENGTH, taken, 0, length);
    answerTime.answered();
    turn.setOpaque(awaited + 2);
    held.setRelease(true);
    return view.limit(length).position(0).order(ByteOrder.BIG_ENDIAN);
  }
}
