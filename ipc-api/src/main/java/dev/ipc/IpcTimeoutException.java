// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * A deadline passed. For a connect: somebody is there but did not complete the handshake. For a
 * send on a transport thread: there was no room within {@link ChannelConfig#sendTimeout()}.
 */
public final class IpcTimeoutException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public IpcTimeoutException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public IpcTimeoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
