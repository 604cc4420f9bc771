// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.CloseReason;

/** Why the sender of a CLOSE frame closes: see {@code docs/wire.md}. */
public enum CloseCode {
  /** The user closed the channel. */
  ORDERLY(0, CloseReason.PEER_CLOSED),
  /** The receiver of the frame broke the protocol. */
  PROTOCOL_ERROR(1, CloseReason.PROTOCOL_ERROR),
  /** The receiver of the frame announced a message above the agreed limit. */
  TOO_LARGE(2, CloseReason.TOO_LARGE),
  /** The receiver of the frame fell silent in the middle of a frame. */
  IDLE(3, CloseReason.IDLE),
  /** Anything else; also what a number means that is not known. */
  OTHER(4, CloseReason.PEER_CLOSED);

  private final int number;
  private final CloseReason reported;

  CloseCode(int number, CloseReason reported) {
    this.number = number;
    this.reported = reported;
  }

  /**
   * What the receiver of the frame reports to its user.
   *
   * @return the reason
   */
  public CloseReason reported() {
    return reported;
  }

  /**
   * The code that tells the peer why we close.
   *
   * @param reason our reason
   * @return the code
   */
  public static CloseCode of(CloseReason reason) {
    return switch (reason) {
      case LOCAL, PEER_CLOSED -> ORDERLY;
      case PROTOCOL_ERROR -> PROTOCOL_ERROR;
      case TOO_LARGE -> TOO_LARGE;
      case IDLE -> IDLE;
      default -> OTHER;
    };
  }

  int number() {
    return number;
  }

  static CloseCode of(int number) {
    for (CloseCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return OTHER;
  }
}
