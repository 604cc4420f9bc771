// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * There is no room for what a connection needs to store: the file system of the shared memory is
 * full or too small. Nothing is left of the attempt; another one may succeed when there is room.
 */
public final class StorageFullException extends IpcException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message what is wrong, with the values, and what to do
   */
  public StorageFullException(String message) {
    super(message);
  }

  /**
   * Says what is wrong and what led to it.
   *
   * @param message what is wrong, with the values, and what to do
   * @param cause what led to it
   */
  public StorageFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
