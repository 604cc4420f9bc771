// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.LAST;
import static dev.ipc.shm.SegmentLayout.MORE;
import static dev.ipc.shm.SegmentLayout.SPACED;

import dev.ipc.MessageWriter;
import dev.ipc.WaitStrategy;
import dev.ipc.spi.InPlace;
import dev.ipc.spi.Spinning;
import dev.ipc.spi.TransportThread;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * What a channel sends: messages go straight into the ring. One that is longer than a record goes
 * in parts, and what finds no room is staged; then the ring belongs to the poller, which feeds it
 * part by part, until the last one is in.
 */
final class Outflow {
  /** A quarter of the largest record is a sixteenth of the ring. */
  private static final int BATCHES = 4;

  /** The longest part in bytes: so short that the peer copies one while the next is written. */
  private static final int LONGEST_PART = 1 << 16;

  private final RingWriter ring;
  private final int longestPart;
  private final Lease lease;
  private final WaitStrategy strategy;
  private final Runnable bell;
  private final BooleanSupplier roomForPart = this::hasRoomForPart;

  /** What is left of the staged message: set by the sender, cleared by the poller. */
  private volatile ByteBuffer staged;

  /** The next message probably answers one; a hint, so nothing orders it. */
  private boolean answering;

  /** Whether the peer sleeps and is to be woken. */
  private volatile boolean bellDue;

  // Guarded by this.
  private boolean announced;
  private long announcedAt;

  /**
   * Over a ring.
   *
   * @param strategy how long a sender looks for room for the next part of its message
   * @param bell wakes the peer
   */
  Outflow(RingWriter ring, Lease lease, WaitStrategy strategy, Runnable bell) {
    this.ring = ring;
    this.longestPart =
        Math.min(ring.largestRecord(), LONGEST_PART - SegmentLayout.RECORD_HEADER_LENGTH);
    this.lease = lease;
    this.strategy = strategy;
    this.bell = bell;
  }

  // ---- senders, with the send lock held

  boolean offer(ByteBuffer message) {
    if (lease.isOver() || staged != null) { // SYNC staged
      return false;
    }
    if ((answering || !ring.append(message)) && !offerSlowly(message)) {
      return false;
    }
    lookForSleeper();
    return true;
  }

  private boolean offerSlowly(ByteBuffer message) {
    if (message.remaining() <= ring.largestRecord()) {
      return offerWhole(message, answers());
    }
    if (!ring.hasRoom(ring.largestRecord())) {
      return false;
    }
    stage(message.duplicate());
    return true;
  }

  boolean offer(int maximum, MessageWriter writer) {
    if (lease.isOver() || staged != null) {
      return false;
    }
    if (maximum > ring.largestRecord()) {
      if (!ring.hasRoom(ring.largestRecord())) {
        return false;
      }
      ByteBuffer scratch = ByteBuffer.allocate(maximum);
      stage(scratch.limit(InPlace.write(scratch, 0, maximum, writer)).position(0));
    } else if (!offerWhole(maximum, writer, answers())) {
      return false;
    }
    lookForSleeper();
    return true;
  }

  /** Sends a message that needs no parts. */
  private boolean offerWhole(ByteBuffer message, boolean answers) {
    return ring.pass(message, answers)
        || (answers && ring.offer(message, SPACED))
        || ring.offer(message, LAST);
  }

  private boolean offerWhole(int maximum, MessageWriter writer, boolean answers) {
    return ring.pass(maximum, answers, writer)
        || (answers && ring.offer(maximum, SPACED, writer))
        || ring.offer(maximum, LAST, writer);
  }

  /**
   * Whether this is the first message after one that was waited for. The peer looks at the place
   * behind it before anything is there, so that gets a cache line of its own; a stream is packed.
   */
  private boolean answers() {
    boolean first = answering;
    answering = false;
    return first;
  }

  /**
   * Sends as many parts as find room, at least one, and keeps a copy of the others. A peer that
   * reads makes room sooner than the copy is made.
   */
  private void stage(ByteBuffer message) {
    boolean all = offerParts(message);
    while (!all && roomComes()) {
      all = offerParts(message);
    }
    if (!all) {
      staged = ByteBuffer.allocate(message.remaining()).put(message).flip(); // SYNC staged
    }
  }

  /** Looks for a moment for room for the next part; not on threads that others depend on. */
  private boolean roomComes() {
    if (TransportThread.isCurrent()) {
      return false;
    }
    lookForSleeper();
    if (takeBell()) {
      bell.run();
    }
    return Spinning.awaitBriefly(roomForPart, strategy, Poller.LOOKS);
  }

  private boolean hasRoomForPart() {
    return ring.hasRoom(longestPart);
  }

  private boolean offerParts(ByteBuffer message) {
    int end = message.limit();
    boolean room = true;
    while (room) {
      boolean last = message.remaining() <= longestPart;
      if (!last) {
        message.limit(message.position() + longestPart);
      }
      room = ring.offer(message, last ? LAST : MORE);
      if (room && last) {
        return true;
      }
      if (room) {
        message.position(message.limit());
      }
      message.limit(end);
    }
    return false;
  }

  private void lookForSleeper() {
    if (ring.bellWanted()) {
      bellDue = true;
    }
  }

  // ---- any thread

  boolean hasRoom(int length) {
    if (staged != null) {
      return false;
    }
    if (!lease.enter()) {
      return false;
    }
    try {
      return ring.hasRoom(Math.min(length, ring.largestRecord()));
    } finally {
      lease.leave();
    }
  }

  /**
   * How much room a sender spins for that found none for a message of this length, in bytes; 0 when
   * the poller has the ring.
   */
  int batch(int length) {
    return staged != null ? 0 : Math.max(length, ring.largestRecord() / BATCHES);
  }

  /** A message was waited for: the next one that is sent is probably its answer. */
  void answerNext() {
    answering = true;
  }

  /** Whether a staged message waits for room. */
  boolean isStaged() {
    return staged != null;
  }

  /** Whether the peer is to be woken; who asks does it. */
  boolean takeBell() {
    if (!bellDue) {
      return false;
    }
    bellDue = false;
    return true;
  }

  /**
   * Tells the peer that somebody waits for room; to be followed by a look whether there is some.
   *
   * @return how long to wait at most, in nanoseconds: the peer may have missed a fresh announcement
   */
  synchronized long announceWaiting() {
    if (!announced) {
      announced = true;
      announcedAt = System.nanoTime();
      announce();
    }
    return System.nanoTime() - announcedAt < SpinSet.SEEN_NANOS
        ? SpinSet.SEEN_NANOS
        : Long.MAX_VALUE;
  }

  /**
   * The bell rang: the announcement is used up, and is made again if somebody still waits.
   *
   * @return whether it was made again
   */
  synchronized boolean renewAnnouncement(BooleanSupplier awaited) {
    announced = announced && (staged != null || awaited.getAsBoolean());
    if (announced) {
      announcedAt = System.nanoTime();
      announce();
    }
    return announced;
  }

  private void announce() {
    if (lease.enter()) {
      try {
        ring.announceWaiting();
      } finally {
        lease.leave();
      }
    }
  }

  // ---- the poller

  /** Whether there is a staged message and room for some of it. */
  boolean canFeed() {
    ByteBuffer message = staged;
    return message != null
        && !lease.isOver()
        && ring.hasRoom(Math.min(message.remaining(), longestPart));
  }

  /**
   * Sends parts of the staged message, if there is one.
   *
   * @return whether there was progress
   */
  boolean feed() {
    ByteBuffer message = staged;
    if (message == null || lease.isOver()) {
      return false;
    }
    int before = message.remaining();
    if (offerParts(message)) {
      lookForSleeper();
      staged = null; // SYNC staged
      return true;
    }
    lookForSleeper();
    return message.remaining() < before;
  }
}
