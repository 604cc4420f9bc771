// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.CloseReason;

/**
 * The peer sent what it must not. The channel ends with {@link #reason()}: its decoder is dead,
 * nothing is skipped to go on behind it. For transports; users see a {@link dev.ipc.CloseReport}.
 */
public final class ProtocolViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final CloseReason reason;

  private ProtocolViolation(CloseReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * The peer broke a rule.
   *
   * @param message what is wrong, with the values
   * @return to be thrown
   */
  public static ProtocolViolation protocolError(String message) {
    return new ProtocolViolation(CloseReason.PROTOCOL_ERROR, message);
  }

  /**
   * The peer announced more than was agreed.
   *
   * @param message what is too large, with the values
   * @return to be thrown
   */
  public static ProtocolViolation tooLarge(String message) {
    return new ProtocolViolation(CloseReason.TOO_LARGE, message);
  }

  /**
   * How the channel ends.
   *
   * @return {@link CloseReason#PROTOCOL_ERROR} or {@link CloseReason#TOO_LARGE}
   */
  public CloseReason reason() {
    return reason;
  }

  /**
   * What to tell the peer before the connection is cut.
   *
   * @param sent how many messages we have sent in all
   * @return the frame
   */
  public CloseFrame closeFrame(long sent) {
    return new CloseFrame(sent, CloseCode.of(reason), getMessage());
  }
}
