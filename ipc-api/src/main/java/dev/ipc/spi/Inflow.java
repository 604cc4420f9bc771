// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.MessageHandler;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What a channel receives: chunks are cut into messages, which go straight to a pushed handler, or
 * are copied to the inbox. When the inbox is full, reading stops and the medium makes the peer
 * wait.
 */
final class Inflow implements FrameSink {
  private static final BufferSource MEMORY = BufferSource.heap();

  private final StreamChannel channel;
  private final FrameDecoder decoder;
  private final int bound;

  /** None before the first message that waits: a pushed channel mostly needs none. */
  private volatile Inbox inbox;

  private final int resumeBelow;

  /** What was read and could not be decoded for lack of room. */
  private ByteBuffer held;

  /** Whether the beginning of a message was left in the last chunk. */
  private boolean begun;

  private volatile boolean paused;

  /** Whether {@link #resume} will run, so that not every message that is taken asks for it. */
  private final AtomicBoolean resuming = new AtomicBoolean();

  private int refused;
  private boolean added;
  private long messages;
  private CloseFrame close;
  private Runnable whenDecoded;

  Inflow(StreamChannel channel, int maxMessageLength, int bound) {
    this.channel = channel;
    this.decoder = channel.framing().decoder(maxMessageLength, this);
    this.bound = bound;
    this.resumeBelow = bound / 2;
  }

  // ---- on the transport

  /** Decodes a chunk; what finds no room is kept, and reading pauses. */
  void decode(ByteBuffer chunk) {
    begun = false;
    keep(attempt(chunk), chunk);
    announce();
  }

  /** The same, but the beginning of a message may be left in the chunk. */
  void decodeHead(ByteBuffer chunk) {
    begun = false;
    boolean all;
    try {
      all = decoder.decodeHead(chunk);
      begun = all && chunk.hasRemaining();
    } catch (ProtocolViolation e) {
      chunk.position(chunk.limit());
      channel.violated(e);
      all = true;
    }
    keep(all, chunk);
    announce();
  }

  /** How long the next chunk had best be. */
  int fit() {
    return decoder.fit();
  }

  private void keep(boolean all, ByteBuffer chunk) {
    if (!all && channel.isOpen()) {
      held = MEMORY.take(ByteQueue.capacityFor(chunk.remaining())).put(chunk).flip();
      pause();
    }
  }

  /** Goes on where a pause began. */
  private void resume() {
    resuming.set(false); // SYNC inflow-resuming: the flag before the look for room
    if (!paused || !channel.isOpen()) {
      return;
    }
    paused = false;
    ByteBuffer rest = held;
    if (!attempt(rest)) {
      pause();
    } else {
      held = null;
      MEMORY.give(rest);
      channel.reading(true);
    }
    announce();
    channel.decoded();
    if (!paused && whenDecoded != null) {
      Runnable next = whenDecoded;
      whenDecoded = null;
      next.run();
    }
  }

  /** The stream ended. Runs the task when everything that was read is decoded. */
  void end(Consumer<Boolean> whole) {
    if (paused) {
      whenDecoded = () -> end(whole);
      return;
    }
    boolean complete = decoder.end();
    if (!attempt(ByteBuffer.allocate(0))) {
      held = ByteBuffer.allocate(0);
      whenDecoded = () -> whole.accept(complete);
      pause();
      announce();
      return;
    }
    announce();
    whole.accept(complete);
  }

  /** Drops what waits: this side no longer wants to receive. */
  void discard() {
    held = null;
    whenDecoded = null;
    begun = false;
    paused = false;
  }

  boolean isPaused() {
    return paused;
  }

  /** Whether the peer owes us the rest of a frame. */
  boolean midFrame() {
    return !paused && (begun || decoder.midFrame());
  }

  /** Changes whenever the peer has completed something. */
  long progress() {
    return messages + decoder.frames();
  }

  CloseFrame closeFrame() {
    return close;
  }

  private boolean attempt(ByteBuffer chunk) {
    try {
      return decoder.decode(chunk);
    } catch (ProtocolViolation e) {
      channel.violated(e);
      return true;
    }
  }

  private void pause() {
    paused = true;
    channel.stopReading();
    VarHandle.fullFence(); // SYNC inflow-paused: the pause before the look for room
    resumeIfRoom();
  }

  private void resumeIfRoom() {
    // SYNC inflow-resuming: the room before the look at the flag
    if (hasRoomAgain() && !resuming.get() && resuming.compareAndSet(false, true)) {
      channel.onTransport(this::resume);
    }
  }

  /** Half empty, and room for the message that was refused: a large one needs all of it. */
  private boolean hasRoomAgain() {
    return inbox == null || (inbox.used() <= resumeBelow && inbox.hasRoom(refused));
  }

  private Inbox inbox() {
    if (inbox == null) {
      inbox = new Inbox(bound);
    }
    return inbox;
  }

  private void announce() {
    if (added) {
      added = false;
      channel.announce();
    }
  }

  @Override
  public boolean message(ByteBuffer view) {
    if (channel.receives()) {
      channel.hand(view);
    } else if (channel.ignores()) {
      return true;
    } else if (inbox().offer(view)) {
      added = true;
    } else {
      refused = view.remaining();
      return false;
    }
    messages++;
    return true;
  }

  @Override
  public void barrier(long sent) {
    channel.onBarrier(sent);
  }

  @Override
  public void barrierAck(long handled) {
    channel.onBarrierAck(handled);
  }

  @Override
  public void ping(long opaque) {
    channel.onPing(opaque);
  }

  @Override
  public void pong(long opaque) {}

  @Override
  public void wake() {}

  @Override
  public void endOutput(long sent) {
    announce();
    channel.endInput();
  }

  @Override
  public void close(CloseFrame frame) {
    close = frame;
  }

  // ---- the receiving thread

  int take(MessageHandler handler, int limit) {
    return inbox == null ? 0 : inbox.take(handler, limit);
  }

  void taken() {
    VarHandle.fullFence(); // SYNC inflow-paused: the room before the look at the pause
    if (paused) {
      resumeIfRoom();
    }
  }

  boolean isEmpty() {
    return inbox == null || inbox.isEmpty();
  }
}
