// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * The peer was reached and said no, or we said no to the peer: wrong user or wrong token. A
 * listener without room for another connection is an {@link IpcTimeoutException}.
 */
public final class RefusedException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public RefusedException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
