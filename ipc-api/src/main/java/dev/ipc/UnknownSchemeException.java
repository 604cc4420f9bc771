// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * No installed transport serves the scheme of an {@link Endpoint}. The message names the module
 * that would, and the schemes that are installed.
 */
public final class UnknownSchemeException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public UnknownSchemeException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public UnknownSchemeException(String message, Throwable cause) {
    super(message, cause);
  }
}
