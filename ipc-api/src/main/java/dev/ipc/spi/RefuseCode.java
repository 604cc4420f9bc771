// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcException;
import dev.ipc.RefusedException;
import dev.ipc.StorageFullException;

/** Why a handshake is refused; see {@code docs/wire.md}. */
public enum RefuseCode {
  /** The ranges of versions do not meet. */
  VERSION(1),
  /** The user of the peer may not connect. */
  USER(2),
  /** The token is missing or wrong. */
  TOKEN(3),
  /** No room for another connection now. */
  BUSY(4),
  /** Closing, or anything else; also what a number means that is not known. */
  OTHER(5),
  /** The peer wants another mechanism than the one it has reached. */
  SCHEME(6),
  /** No room to store what the connection needs. */
  STORAGE(7);

  private final int number;

  RefuseCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static RefuseCode of(int number) {
    for (RefuseCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return OTHER;
  }

  IpcException exception(String message) {
    return switch (this) {
      case VERSION, SCHEME -> new IncompatiblePeerException(message);
      case STORAGE -> new StorageFullException(message);
      default -> new RefusedException(message);
    };
  }
}
