// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * The place an endpoint names cannot be used: a foreign file stands there, its directory is missing
 * or open to strangers, or permission is denied. Nothing was changed.
 */
public final class UnusableEndpointException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public UnusableEndpointException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public UnusableEndpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
