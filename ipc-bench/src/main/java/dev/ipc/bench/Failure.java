// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** A measurement that could not be made. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  Failure(String message) {
    super(message);
  }
}
