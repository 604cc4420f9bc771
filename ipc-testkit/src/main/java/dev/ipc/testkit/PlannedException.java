// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

/** What a handler throws when a test told it to. */
final class PlannedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlannedException() {
    super("planned by the test", null, false, false);
  }
}
