// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

/** What makes the demo fail, in one line for the user. Unchecked, so that handlers can throw it. */
class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }

  /** A failure that another one on the far side probably explains better. */
  static final class Consequence extends Failure {
    private static final long serialVersionUID = 1L;

    Consequence(String message) {
      super(message);
    }
  }
}
