// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.InvalidEndpointException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * How messages stand in a stream of bytes: the native frames (see {@link Frame}), or one of the
 * plain framings that existing programs speak, which have neither handshake nor control frames.
 *
 * <p>Immutable; any thread may call any method. Nothing is allocated per message. Buffers are the
 * caller's; the position and limit of a message never move, and the orders do not matter.
 */
public abstract sealed class Framing permits LengthFraming, LineFraming, NativeFraming {
  /** How much room {@link #encodePart} needs at least, in bytes. */
  public static final int LEAST_ROOM = 16;

  private final String name;

  Framing(String name) {
    this.name = name;
  }

  /**
   * The framing of the option {@code framing}.
   *
   * @param optionValue {@code native}, {@code u32be}, {@code u32le}, {@code u16be} or {@code line}
   * @return the framing
   * @throws InvalidEndpointException if it is something else
   */
  public static Framing of(String optionValue) {
    return switch (optionValue) {
      case "native" -> new NativeFraming();
      case "u32be" -> LengthFraming.u32be();
      case "u32le" -> LengthFraming.u32le();
      case "u16be" -> LengthFraming.u16be();
      case "line" -> new LineFraming();
      default ->
          throw new InvalidEndpointException(
              "the framing is not known, framing="
                  + optionValue
                  + "; use native, u32be, u32le, u16be or line");
    };
  }

  /**
   * Makes a decoder for one direction of one connection.
   *
   * @param maxMessageLength the longest message to accept, in bytes, as agreed
   * @param sink takes what is decoded
   * @return a new decoder
   */
  public final FrameDecoder decoder(int maxMessageLength, FrameSink sink) {
    if (maxMessageLength < 1) {
      throw new IllegalArgumentException(
          "the largest message is less than a byte, maxMessageLength=" + maxMessageLength);
    }
    return newDecoder(Math.min(maxMessageLength, largestMessage()), sink);
  }

  /**
   * Whether these are the native frames, with handshake and control frames.
   *
   * @return false for the plain framings
   */
  public boolean isNative() {
    return false;
  }

  /**
   * The longest message that can be written at all.
   *
   * @return in bytes
   */
  public int largestMessage() {
    return Integer.MAX_VALUE;
  }

  /**
   * The longest message that can be written in place: {@link #seal}.
   *
   * @return in bytes
   */
  public int largestInPlace() {
    return largestMessage();
  }

  /**
   * Checks that the framing can carry the bytes of a message.
   *
   * @param message from position to limit
   * @throws IllegalArgumentException if it cannot
   */
  public void check(ByteBuffer message) {}

  /**
   * How many bytes stand before a message that is written in place.
   *
   * @return in bytes
   */
  public abstract int prefixLength();

  /**
   * How many bytes stand behind a message that is written in place.
   *
   * @return in bytes
   */
  public int suffixLength() {
    return 0;
  }

  /**
   * How long a message becomes.
   *
   * @param length of the message, in bytes, at most 1 GiB
   * @return with everything that the framing adds, in bytes
   */
  public int encodedLength(int length) {
    return Math.addExact(length, prefixLength() + suffixLength());
  }

  /**
   * Writes a whole message that was checked.
   *
   * @param message from position to limit
   * @param target has room for the encoded length at its position, which moves behind it
   */
  public void encode(ByteBuffer message, ByteBuffer target) {
    int length = message.remaining();
    int start = target.position();
    int payload = start + prefixLength();
    target.position(payload + length + suffixLength());
    target.put(payload, message, message.position(), length);
    frame(target, start, length);
  }

  /** Writes a whole message that was checked at an index, with the limit behind the room for it. */
  void encode(ByteBuffer message, ByteBuffer target, int index) {
    encode(message, target.position(index));
  }

  /**
   * Makes a message of bytes that were written in place, {@link #prefixLength()} behind the start.
   *
   * @param target where they are; the position does not move
   * @param start where the prefix begins; the suffix must have room too
   * @param length how many bytes were written, at most {@link #largestInPlace()}
   * @throws IllegalArgumentException if they are too many or the framing cannot carry them
   */
  public void seal(ByteBuffer target, int start, int length) {
    if (length > largestInPlace()) {
      throw new IllegalArgumentException(
          "the message is too long to be written in place, length="
              + length
              + ", largest="
              + largestInPlace());
    }
    frame(target, start, length);
  }

  /**
   * Writes a message that was checked step by step. After each step of the native framing a control
   * frame may be written. Begin with an offset of 0 and go on until the offset is the message's
   * length.
   *
   * @param message from position to limit, the same in each step
   * @param offset how many bytes of the message are written
   * @param target has at least {@link #LEAST_ROOM} bytes of room at its position, which moves
   * @return how many bytes of the message are written now, more than before unless it is empty
   */
  public int encodePart(ByteBuffer message, int offset, ByteBuffer target) {
    int length = message.remaining();
    if (offset == 0) {
      int start = target.position();
      target.position(start + prefixLength());
      prefix(target, start, length);
    }
    int rest = length - offset;
    int room = target.remaining() - suffixLength();
    int count = Math.min(rest, room);
    requireRoom(count, rest);
    copy(message, offset, target, count);
    if (count == rest) {
      suffix(target, target.position());
      target.position(target.position() + suffixLength());
    }
    return offset + count;
  }

  /**
   * The value of the option.
   *
   * @return such as {@code native}
   */
  @Override
  public final String toString() {
    return name;
  }

  static void requireRoom(int count, int rest) {
    if (count <= 0 && rest > 0) {
      throw new BufferOverflowException();
    }
  }

  static void copy(ByteBuffer message, int offset, ByteBuffer target, int count) {
    int position = target.position();
    target.put(position, message, message.position() + offset, count);
    target.position(position + count);
  }

  abstract FrameDecoder newDecoder(int maximum, FrameSink sink);

  /** Writes the prefix of a message at an index. */
  abstract void prefix(ByteBuffer target, int index, int length);

  /** Writes the suffix of a message at an index. */
  void suffix(ByteBuffer target, int index) {}

  private void frame(ByteBuffer target, int start, int length) {
    prefix(target, start, length);
    suffix(target, start + prefixLength() + length);
  }
}
