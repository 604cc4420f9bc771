// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * The mechanism below failed in a way that has no more exact name here; the cause has the details.
 */
public final class TransportFailedException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public TransportFailedException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public TransportFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
