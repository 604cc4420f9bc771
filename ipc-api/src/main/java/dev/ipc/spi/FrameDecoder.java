// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;

/**
 * Cuts frames out of a stream that arrives in chunks of any size; made by {@link Framing#decoder}.
 *
 * <p>A message that lies whole inside a chunk is handed out as a view of the chunk, without a copy.
 * One that spans chunks, or comes in parts, is collected in memory that grows only with the bytes
 * that arrived. Lengths are checked before anything is allocated. It sets no deadlines: {@link
 * #midFrame()} tells when the clock of the frame has to run.
 *
 * <p>For one thread at a time, and not from within its sink. After a {@link ProtocolViolation} it
 * is dead and any further {@link #decode} is an {@link IllegalStateException}.
 */
public abstract sealed class FrameDecoder permits LengthDecoder, LineDecoder, NativeDecoder {
  /** The longest beginning of a message that {@link #decodeHead} leaves, with its end, in bytes. */
  public static final int LARGEST_LEFT = Frame.HEADER + Frame.PART;

  /** The longest message, in bytes. */
  final int maximum;

  /** Whether the beginning of a message is left in the chunk. */
  boolean leaving;

  final FrameSink sink;
  final Assembly assembly;

  /** How many frames were completed that did not lie whole in a chunk. */
  long frames;

  private ByteBuffer viewed;
  private ByteBuffer view;
  private boolean ready;
  private boolean dead;

  FrameDecoder(int maximum, FrameSink sink) {
    this.maximum = maximum;
    this.sink = sink;
    this.assembly = new Assembly(maximum);
  }

  /**
   * Hands out everything that the chunk completes.
   *
   * @param chunk the next bytes of the stream, from position to limit, the caller's; the position
   *     moves behind what was consumed, the order does not matter. May be empty, to offer again a
   *     message that was kept inside
   * @return true if all bytes were consumed; false if the sink had no room: call again, with the
   *     remaining bytes first, when there is room
   * @throws ProtocolViolation if the peer broke the protocol
   */
  public final boolean decode(ByteBuffer chunk) {
    leaving = false;
    return cutGuarded(chunk);
  }

  /**
   * The same, but the beginning of a message at the end of the chunk may be left in it, to save a
   * copy: hand it in again with more bytes behind, or alone to {@link #decode}. {@link #midFrame}
   * does not know of it.
   *
   * @param chunk as for {@link #decode}; room for {@link #LARGEST_LEFT} bytes is enough to complete
   *     what is left
   * @return true if nothing but such a beginning is left; false if the sink had no room
   * @throws ProtocolViolation if the peer broke the protocol
   */
  public final boolean decodeHead(ByteBuffer chunk) {
    leaving = true;
    return cutGuarded(chunk);
  }

  /**
   * How long the next chunk had best be, so that a message ends where it does.
   *
   * @return in bytes, 0 if that does not matter
   */
  public int fit() {
    return 0;
  }

  private boolean cutGuarded(ByteBuffer chunk) {
    if (dead) {
      throw new IllegalStateException("the decoder is dead, it has reported a violation before");
    }
    try {
      if (ready && !offer()) {
        return false;
      }
      return !chunk.hasRemaining() || cut(chunk, viewOf(chunk));
    } catch (ProtocolViolation e) {
      dead = true;
      assembly.clear();
      throw e;
    }
  }

  /**
   * Whether the peer owes us the rest of a frame or of a message; false when we only wait for room.
   *
   * @return whether the clock of the frame has to run
   */
  public final boolean midFrame() {
    return !ready && !dead && begun();
  }

  /**
   * How many frames were completed that did not lie whole in a chunk; together with the messages
   * handed out it tells whether a slow peer makes progress.
   *
   * @return only ever more
   */
  public final long frames() {
    return frames;
  }

  /**
   * Tells that the stream has ended, after all its bytes were consumed. With the framing {@code
   * line} this hands out a last unterminated line; if the sink has no room for it, {@code decode}
   * of an empty chunk offers it again.
   *
   * @return true if the stream ended between two messages, false if it was cut off within one
   */
  public final boolean end() {
    if (dead || !midFrame()) {
      return !dead;
    }
    if (!endsMessage()) {
      return false;
    }
    complete();
    return true;
  }

  /** Chunks of direct memory are used again and again. */
  @SuppressWarnings("ReferenceEquality") // the same chunk, not equal bytes
  private ByteBuffer viewOf(ByteBuffer chunk) {
    if (!chunk.isDirect()) {
      return chunk.asReadOnlyBuffer();
    }
    if (chunk != viewed) {
      viewed = chunk;
      view = chunk.asReadOnlyBuffer();
    }
    return view;
  }

  /** Hands the collected message out, or keeps it for later; returns whether it was taken. */
  final boolean complete() {
    ready = true;
    return offer();
  }

  private boolean offer() {
    boolean taken = true;
    try {
      taken = sink.message(assembly.view());
    } finally {
      if (taken) {
        ready = false;
        assembly.clear();
      }
    }
    return taken;
  }

  /** Consumes a chunk that is not empty; the view shows the same bytes. */
  abstract boolean cut(ByteBuffer chunk, ByteBuffer view);

  /** Whether a frame or message has begun. */
  abstract boolean begun();

  /** Whether the end of the stream completes the message that has begun. */
  boolean endsMessage() {
    return false;
  }
}
