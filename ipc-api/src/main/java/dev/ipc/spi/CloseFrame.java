// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The payload of a CLOSE frame, the last frame of a direction: {@code sent u64, code u8, detail
 * UTF-8}.
 *
 * @param sent how many messages its sender has sent in all
 * @param code why it closes
 * @param detail one line for a human; what is longer than {@link #MAX_DETAIL} bytes is cut off on
 *     the wire
 */
public record CloseFrame(long sent, CloseCode code, String detail) {
  /** The longest detail on the wire, in bytes of UTF-8. */
  public static final int MAX_DETAIL = 512;

  /** The longest whole CLOSE frame, in bytes. */
  public static final int MAX_ENCODED = Frame.HEADER + Long.BYTES + 1 + MAX_DETAIL;

  static final int MIN_PAYLOAD = Long.BYTES + 1;
  static final int MAX_PAYLOAD = MIN_PAYLOAD + MAX_DETAIL;

  /** Checks that nothing is null. */
  public CloseFrame {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(detail, "detail");
  }

  /**
   * Writes the whole frame.
   *
   * @param target where to write, at its position, which moves behind the frame; {@link
   *     #MAX_ENCODED} bytes of room always suffice
   */
  public void encode(ByteBuffer target) {
    byte[] text = Text.utf8(detail, MAX_DETAIL);
    int position = target.position();
    target.position(position + Frame.HEADER + MIN_PAYLOAD);
    Frame.putHeader(target, position, Frame.header(Frame.CLOSE, 0, MIN_PAYLOAD + text.length));
    Frame.LONG.set(target, position + Frame.HEADER, sent);
    target.put(position + Frame.HEADER + Long.BYTES, (byte) code.number());
    target.put(text);
  }

  static CloseFrame decode(ByteBuffer payload) {
    int position = payload.position();
    long sent = (long) Frame.LONG.get(payload, position);
    CloseCode code = CloseCode.of(payload.get(position + Long.BYTES) & 0xff);
    return new CloseFrame(sent, code, Text.oneLine(payload.position(position + MIN_PAYLOAD)));
  }
}
