// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/** Whatever answered does not speak our protocol, or no version of it that we know. */
public final class IncompatiblePeerException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public IncompatiblePeerException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public IncompatiblePeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
