// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import dev.ipc.TransportFailedException;
import dev.ipc.spi.SegmentName;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.agrona.concurrent.AtomicBuffer;

/**
 * The shared memory of one connection, as one of its sides has it: mapped, and seen to be what the
 * handshake spoke of.
 */
final class Segment {
  /** The sides: who connected writes ring 0. */
  enum Side {
    CONNECTOR(0, 1),
    ACCEPTOR(1, 0);

    private final int output;
    private final int input;

    Side(int output, int input) {
      this.output = output;
      this.input = input;
    }
  }

  private final Mapping mapping;
  private final RingWriter writer;
  private final RingReader reader;

  /** Where a look at the last byte ends; without it the compiler could leave the look out. */
  @SuppressWarnings("UnusedVariable")
  private byte tail;

  Segment(Mapping mapping, int capacity, Side side) {
    this.mapping = mapping;
    try {
      ByteBuffer memory = mapping.buffer();
      Baton baton = baton(memory, side);
      this.writer = new RingWriter(SegmentLayout.ring(memory, capacity, side.output), baton);
      this.reader = new RingReader(SegmentLayout.ring(memory, capacity, side.input), baton);
    } catch (OutOfMemoryError e) {
      mapping.unmap();
      throw new TransportFailedException("no memory is left for a channel, cause=" + e, e);
    }
  }

  private static Baton baton(ByteBuffer memory, Side side) {
    AtomicBuffer line = SegmentLayout.baton(memory);
    return side == Side.CONNECTOR ? Baton.first(line) : Baton.second(line);
  }

  RingWriter writer() {
    return writer;
  }

  RingReader reader() {
    return reader;
  }

  /**
   * Looks whether the memory is all there: a peer can make the file shorter as long as it has it
   * open. The JVM tells of the fault late, but what was read then is not what was written.
   *
   * @throws InternalError if a part of the memory is gone
   */
  void probe() {
    ByteBuffer memory = mapping.buffer();
    tail = memory.get(memory.capacity() - 1);
    long magic = memory.getLong(SegmentLayout.MAGIC_OFFSET);
    deliverFault();
    if (magic != SegmentLayout.MAGIC && magic != Long.reverseBytes(SegmentLayout.MAGIC)) {
      throw new InternalError("the header of the segment is gone");
    }
  }

  /**
   * Lets a fault that this thread has met in a segment come out here and not somewhere else.
   *
   * @throws InternalError if it has
   */
  static void deliverFault() {
    boolean unused = Thread.holdsLock(Segment.class); // a call into the JVM, of 20 ns
  }

  /** Gives the memory back; nobody is inside, and nobody will be. */
  void unmap() {
    mapping.unmap();
  }

  static SegmentHeader header(int capacity, UUID nonce) {
    return new SegmentHeader(
        capacity, nonce.getMostSignificantBits(), nonce.getLeastSignificantBits());
  }

  static SegmentHeader header(int capacity, SegmentName name) {
    return header(capacity, name.nonce());
  }
}
