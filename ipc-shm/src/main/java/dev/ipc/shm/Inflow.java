// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;

import dev.ipc.MessageHandler;
import dev.ipc.spi.Assembly;
import dev.ipc.spi.ProtocolViolation;
import java.nio.ByteBuffer;

/**
 * What a channel receives: messages are handed out where they lie in the ring; those that come with
 * the baton are copied, and those that come in parts are put together before. One thread at a time,
 * but for {@link #isEmpty}.
 */
final class Inflow implements PartHandler {
  private final RingReader ring;
  private final Lease lease;
  private final Assembly assembly;
  private final int maximum;
  private final Runnable answerNext;

  /** Nothing more is wanted from the ring. */
  private volatile boolean dead;

  /** The peer rang: the announcement is used up, whether or not there was a message. */
  private volatile boolean rung;

  /** The peer is gone, and the rest of a message in parts with it. */
  private volatile boolean finished;

  /** A look since the last message found nothing. */
  private boolean waited;

  private boolean announced;
  private long announcedAt;
  private MessageHandler handler;
  private int messages;

  /**
   * Over a ring.
   *
   * @param maximum the longest message, in bytes
   * @param answerNext told of a message that was waited for, before it is handed out
   */
  Inflow(RingReader ring, Lease lease, int maximum, Runnable answerNext) {
    this.ring = ring;
    this.lease = lease;
    this.maximum = maximum;
    this.answerNext = answerNext;
    this.assembly = new Assembly(maximum);
  }

  /**
   * Hands messages out; exceptions of the handler pass.
   *
   * @return how many there were
   * @throws ProtocolViolation if the peer broke the protocol
   */
  int take(MessageHandler wanted, int limit) {
    messages = 0;
    if (dead || lease.isOver()) {
      return 0;
    }
    handler = wanted;
    try {
      while (messages < limit && ring.take(this, limit - messages) > 0) {
        announced = false;
      }
      waited |= messages == 0;
    } finally {
      handler = null;
    }
    return messages;
  }

  @Override
  public void onPart(ByteBuffer part, int flags) {
    announced = false;
    if (waited) {
      waited = false;
      answerNext.run();
    }
    if (part.remaining() > maximum - assembly.length()) {
      throw ProtocolViolation.tooLarge(
          "a message is too long, largest="
              + maximum
              + ", received="
              + (assembly.length() + part.remaining()));
    }
    if (flags == LAST && assembly.length() == 0) {
      messages++;
      handler.onMessage(part);
      return;
    }
    assemble(part);
    if (flags == LAST) {
      messages++;
      try {
        handler.onMessage(assembly.view());
      } finally {
        assembly.clear();
      }
    }
  }

  /** A part that is lost would leave a hole in its message, or put it and the next into one. */
  private void assemble(ByteBuffer part) {
    try {
      assembly.append(part, part.remaining());
    } catch (OutOfMemoryError e) {
      int length = assembly.length() + part.remaining();
      throw new InternalError("no memory for a message, length=" + length + " so far", e);
    }
  }

  /** How much of the ring was taken in all, in bytes. For the one who takes. */
  long position() {
    return ring.position();
  }

  /** How much the ring can hold, in bytes. */
  int capacity() {
    return ring.capacity();
  }

  /** Whether the ring is empty. For the one who takes, and the poller. */
  boolean isEmpty() {
    boolean empty = dead || lease.isOver() || ring.isEmpty();
    waited |= empty;
    return empty;
  }

  /** The same for one who looks again and again: see {@link RingReader#seemsEmpty}. */
  boolean seemsEmpty() {
    boolean empty = dead || lease.isOver() || ring.seemsEmpty();
    waited |= empty;
    return empty;
  }

  /** Whether nothing is to be handed out. For anybody. */
  boolean isEmptyToVisitors() {
    if (dead || !lease.enter()) {
      return true;
    }
    try {
      return finished ? !ring.hasMessage() : ring.isEmpty();
    } finally {
      lease.leave();
    }
  }

  /** After a take: whether the peer waits for room and is to be woken; who asks does it. */
  boolean takeBell() {
    return !dead && !lease.isOver() && ring.bellWanted();
  }

  /** The peer rang. On the poller, before whoever sleeps is woken, perhaps for a second time. */
  void rang() {
    rung = true;
  }

  /**
   * Tells the peer to ring for the next message; to be followed by a look for one. An announcement
   * holds until messages are taken or the bell rings, and each one begins with a while in which the
   * peer may have missed it; a sleep that was cut short does not shorten the while.
   *
   * @return how long to sleep at most, in nanoseconds
   */
  long announceSleep() {
    if (dead || lease.isOver()) {
      return Long.MAX_VALUE;
    }
    long now = System.nanoTime();
    if (!announced || rung) {
      rung = false;
      announced = true;
      announcedAt = now;
      ring.announceSleep();
    }
    return now - announcedAt < SpinSet.SEEN_NANOS ? SpinSet.SEEN_NANOS : Long.MAX_VALUE;
  }

  /** The peer writes no more. */
  void finish() {
    finished = true;
  }

  /** Drops what is there and what will come. */
  void discard() {
    dead = true;
  }
}
