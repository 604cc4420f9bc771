// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * Base of all errors of this library. There is one subclass for each way a caller may want to
 * react; messages read "what is wrong, name=value, and what to do".
 */
public abstract class IpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  protected IpcException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it, may be null
   */
  protected IpcException(String message, Throwable cause) {
    super(message, cause);
  }
}
