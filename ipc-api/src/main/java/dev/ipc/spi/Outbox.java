// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.MessageWriter;
import dev.ipc.spi.StreamChannel.DirectOutput;
import dev.ipc.spi.StreamChannel.Output;
import dev.ipc.spi.StreamChannel.Progress;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What a channel has to send: encoded messages in a byte queue, one large message that is fed in
 * parts, and control frames, which come between two runs of whole frames. Senders append under the
 * send lock; the transport writes whole runs, one system call each, one thread at a time.
 */
final class Outbox {
  /** Where a run of bytes comes from. */
  private enum Origin {
    CONTROL,
    QUEUE,
    STAGED
  }

  private static final VarHandle ACCEPTED =
      Fields.handle(MethodHandles.lookup(), Outbox.class, "accepted", long.class);
  private static final VarHandle WRITTEN =
      Fields.handle(MethodHandles.lookup(), Outbox.class, "written", long.class);

  /** Messages of this length and more are worth a system call of their own, in bytes. */
  static final int DIRECT = 16 * 1024;

  /** Messages longer than this are staged and fed in parts, in bytes. */
  private static final int LARGE = 120 * 1024;

  /** How much one turn writes at most, so that one channel does not starve the others, in bytes. */
  private static final int TURN = 512 * 1024;

  private final Framing framing;
  private final BufferSource memory;
  private final ByteQueue queue;
  private final int partLength;

  /** The large message: set under the send lock, cleared by the writing thread. */
  private volatile ByteBuffer staged;

  /** Encoded bytes that were accepted: written under the send lock. */
  private long accepted;

  /** Encoded bytes that were written: counted by the writing thread. */
  private long written;

  // The writing thread's own.
  private ByteBuffer run;
  private Origin origin;
  private ByteBuffer part;
  private ByteBuffer header;
  private int stagedOffset;

  final ControlFrames control;

  Outbox(Framing framing, BufferSource memory, int bound) {
    this.framing = framing;
    this.memory = memory;
    this.queue = new ByteQueue(memory, bound);
    this.partLength = 64 * 1024 + Framing.LEAST_ROOM;
    this.control = new ControlFrames(memory);
  }

  // ---- senders, with the send lock held

  boolean offer(ByteBuffer message) {
    int length = message.remaining();
    int encoded = framing.encodedLength(length);
    if (staged != null) {
      return false;
    }
    if (encoded > LARGE) {
      return stage(message, length, encoded);
    }
    int index = queue.claimIndex(encoded);
    if (index < 0) {
      return false;
    }
    framing.encode(message, queue.claimed(), index);
    accept(encoded);
    queue.commit(encoded);
    return true;
  }

  boolean offer(int maximum, MessageWriter writer) {
    if (maximum > framing.largestInPlace()) {
      return offerWritten(maximum, writer);
    }
    if (staged != null) {
      return false;
    }
    int around = framing.prefixLength() + framing.suffixLength();
    ByteBuffer target = queue.claim(maximum + around);
    if (target == null) {
      return false;
    }
    int start = target.position();
    int length = InPlace.write(target, start + framing.prefixLength(), maximum, writer);
    framing.seal(target.clear(), start, length);
    accept(length + around);
    queue.commit(length + around);
    return true;
  }

  /** Writes a message of one frame straight from the sender's buffer; on the writing thread too. */
  boolean writeDirectly(ByteBuffer message, DirectOutput output) {
    int length = message.remaining();
    boolean alone = run == null && staged == null && queue.isEmpty() && control.isIdle();
    if (!alone || !framing.isNative() || length > Frame.PART) {
      return false;
    }
    if (header == null) {
      header = memory.take(Framing.LEAST_ROOM);
    }
    Frame.putHeader(header.clear().limit(Frame.HEADER), 0, Frame.header(Frame.DATA, 0, length));
    ByteBuffer payload = message.duplicate();
    long count;
    try {
      count = output.write(header, payload);
    } catch (IOException e) {
      return false; // whoever writes next learns it too
    }
    if (count == 0) {
      return false;
    }
    accept(Frame.HEADER + length);
    copyRest(payload);
    WRITTEN.setRelease(this, written + count);
    return true;
  }

  /** The queue is empty, and so has room for anything; nothing may come before the rest. */
  private void copyRest(ByteBuffer payload) {
    int rest = header.remaining() + payload.remaining();
    if (rest > 0) {
      queue.claim(rest).put(header).put(payload);
      queue.commit(rest);
      run = queue.readable();
      origin = Origin.QUEUE;
    }
  }

  private boolean offerWritten(int maximum, MessageWriter writer) {
    if (!hasRoom(maximum)) {
      return false;
    }
    ByteBuffer scratch = ByteBuffer.allocate(maximum);
    scratch.limit(InPlace.write(scratch, 0, maximum, writer)).position(0);
    framing.check(scratch);
    if (!offer(scratch)) {
      stage(scratch, scratch.remaining(), framing.encodedLength(scratch.remaining()));
    }
    return true; // the writer was called, and is never called twice
  }

  private boolean stage(ByteBuffer message, int length, int encoded) {
    ByteBuffer copy = ByteBuffer.allocate(length);
    copy.put(0, message, message.position(), length);
    accept(encoded);
    staged = copy; // SYNC staged
    return true;
  }

  private void accept(int encoded) {
    ACCEPTED.setRelease(this, accepted + encoded);
  }

  // ---- any thread

  boolean hasRoom(int length) {
    int encoded = framing.encodedLength(length);
    return staged == null && (encoded > LARGE || queue.hasRoom(encoded));
  }

  long accepted() {
    return (long) ACCEPTED.getAcquire(this);
  }

  long written() {
    return (long) WRITTEN.getAcquire(this);
  }

  boolean isDrained() {
    return written() == accepted();
  }

  // ---- one thread at a time

  /** Writes what there is. */
  Progress write(Output output) throws IOException {
    long limit = written + TURN;
    while (run != null || next()) {
      int count = output.write(run);
      if (origin == Origin.QUEUE) {
        queue.release(count);
      }
      WRITTEN.setRelease(this, written + (origin == Origin.CONTROL ? 0 : count));
      if (run.hasRemaining()) {
        return Progress.FULL;
      }
      run = null;
      finishStaged();
      if (written >= limit) {
        return Progress.MORE;
      }
    }
    return Progress.DONE;
  }

  /** Gives the memory back; when no sender is inside and none will come. */
  void dispose() {
    queue.dispose();
    control.dispose();
    if (part != null) {
      memory.give(part);
      part = null;
    }
    if (header != null) {
      memory.give(header);
      header = null;
    }
    staged = null;
    run = null;
  }

  private boolean next() {
    run = control.next(written, accepted());
    if (run != null) {
      origin = Origin.CONTROL;
      return true;
    }
    if (control.closeWritten()) {
      return false;
    }
    ByteBuffer message = staged; // SYNC staged: what was accepted before it is in the queue
    run = queue.readable();
    if (run != null) {
      origin = Origin.QUEUE;
      return true;
    }
    if (message == null) {
      return false;
    }
    origin = Origin.STAGED;
    nextPart(message);
    return true;
  }

  private void nextPart(ByteBuffer message) {
    if (part == null) {
      part = memory.take(partLength);
    }
    part.clear();
    stagedOffset = framing.encodePart(message, stagedOffset, part);
    run = part.flip();
  }

  private void finishStaged() {
    if (origin == Origin.STAGED && stagedOffset == staged.remaining()) {
      stagedOffset = 0;
      memory.give(part);
      part = null;
      staged = null;
    }
  }
}
