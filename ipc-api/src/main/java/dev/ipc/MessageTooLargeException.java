// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * The message is longer than the channel carries. Nothing was sent and the channel goes on; see
 * {@link Channel#maxMessageLength()}.
 */
public final class MessageTooLargeException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public MessageTooLargeException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public MessageTooLargeException(String message, Throwable cause) {
    super(message, cause);
  }
}
