// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * Another listener owns the endpoint. It was not disturbed; choose another name, or stop the owner.
 */
public final class EndpointInUseException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public EndpointInUseException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public EndpointInUseException(String message, Throwable cause) {
    super(message, cause);
  }
}
