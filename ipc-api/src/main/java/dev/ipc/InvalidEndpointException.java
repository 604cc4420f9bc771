// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * The text or the options of an {@link Endpoint} are malformed. Nothing was touched; correct the
 * endpoint.
 */
public final class InvalidEndpointException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public InvalidEndpointException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public InvalidEndpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
