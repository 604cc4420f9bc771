// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout of a frame of the native framing. All numbers are little-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                     length of the payload                     |  0
 *  +---------------+---------------+-------------------------------+
 *  |     type      |     flags     |         reserved, 0           |  4
 *  +---------------+---------------+-------------------------------+
 *  |                            payload                           ...  8
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The types and their payloads:
 *
 * <pre>
 *   1 DATA         a message, or one part of it if MORE is set or was set before; at most {@link #PART}
 *   2 HELLO        see {@link Hello}; the first frame of the connecting side
 *   3 WELCOME      see {@link Hello}; the first frame of the accepting side
 *   4 REFUSE       code u16, text UTF-8; instead of WELCOME
 *   5 BARRIER      u64, how many messages were sent so far
 *   6 BARRIER_ACK  u64, how many messages were handled so far
 *   7 PING         u64, opaque
 *   8 PONG         u64, as in the PING
 *   9 WAKE         empty
 *  10 END_OUTPUT   u64, how many messages were sent in all
 *  11 CLOSE        see {@link CloseFrame}
 * </pre>
 *
 * <p>The whole protocol is in {@code docs/wire.md}. Any thread may call these methods; they keep
 * nothing.
 */
public final class Frame {
  /** The length of the header, in bytes. */
  public static final int HEADER = 8;

  /** The longest payload of a DATA frame, in bytes; longer messages go in parts. */
  public static final int PART = 65_536;

  /** The longest payload of any other frame, in bytes. */
  public static final int MAX_CONTROL = 4_096;

  /** The flag of a DATA frame that more parts of the same message follow. */
  public static final int MORE = 0x01;

  /** A message or a part of one. */
  public static final int DATA = 1;

  /** Opens the handshake. */
  public static final int HELLO = 2;

  /** Accepts the handshake. */
  public static final int WELCOME = 3;

  /** Refuses the handshake. */
  public static final int REFUSE = 4;

  /** Asks to be told when messages are handled. */
  public static final int BARRIER = 5;

  /** Tells how many messages are handled. */
  public static final int BARRIER_ACK = 6;

  /** Asks for a sign of life. */
  public static final int PING = 7;

  /** Gives a sign of life. */
  public static final int PONG = 8;

  /** Rings the doorbell of a sleeping peer. */
  public static final int WAKE = 9;

  /** Ends the messages of one direction. */
  public static final int END_OUTPUT = 10;

  /** Ends the channel. */
  public static final int CLOSE = 11;

  /** Little-endian long at any byte index, whatever the order of the buffer. */
  static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Frame() {}

  /**
   * Puts the type, flags and length of a header together as one little-endian long.
   *
   * @param type one of the types of this class
   * @param flags 0 or {@link #MORE}
   * @param length of the payload, in bytes
   * @return the header
   */
  public static long header(int type, int flags, int length) {
    return (long) flags << 40 | (long) type << 32 | length;
  }

  /**
   * Writes a header at an index; the position does not move.
   *
   * @param target where to write; the order does not matter
   * @param index where the header begins
   * @param header from {@link #header}
   */
  public static void putHeader(ByteBuffer target, int index, long header) {
    LONG.set(target, index, header);
  }

  /**
   * Writes a whole BARRIER, BARRIER_ACK, PING, PONG or END_OUTPUT frame, 16 bytes.
   *
   * @param type one of these types
   * @param value its number
   * @param target where to write, at its position, which moves behind the frame
   */
  public static void putNumber(int type, long value, ByteBuffer target) {
    if (!hasNumber(type)) {
      throw new IllegalArgumentException("the frame carries no number, type=" + type);
    }
    int position = target.position();
    target.position(position + HEADER + Long.BYTES);
    LONG.set(target, position, header(type, 0, Long.BYTES));
    LONG.set(target, position + HEADER, value);
  }

  /**
   * Writes a whole WAKE frame, 8 bytes.
   *
   * @param target where to write, at its position, which moves behind the frame
   */
  public static void putWake(ByteBuffer target) {
    int position = target.position();
    target.position(position + HEADER);
    LONG.set(target, position, header(WAKE, 0, 0));
  }

  static boolean hasNumber(int type) {
    return switch (type) {
      case BARRIER, BARRIER_ACK, PING, PONG, END_OUTPUT -> true;
      default -> false;
    };
  }

  static int length(long header) {
    return (int) header;
  }

  static int type(long header) {
    return (int) (header >>> 32) & 0xff;
  }

  static int flags(long header) {
    return (int) (header >>> 40) & 0xff;
  }

  static int reserved(long header) {
    return (int) (header >>> 48);
  }

  static String describe(long header) {
    return "length="
        + Integer.toUnsignedString(length(header))
        + ", type="
        + type(header)
        + ", flags="
        + flags(header)
        + ", reserved="
        + reserved(header);
  }
}
