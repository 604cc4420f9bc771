// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * Nobody listens at the endpoint: the name does not exist, or its owner is gone. Start the
 * listener, or allow a longer {@link ChannelConfig#connectTimeout()}.
 */
public final class EndpointAbsentException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public EndpointAbsentException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public EndpointAbsentException(String message, Throwable cause) {
    super(message, cause);
  }
}
