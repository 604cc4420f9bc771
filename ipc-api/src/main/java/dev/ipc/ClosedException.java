// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.util.Optional;

/** The channel or listener is closed, so the operation was not begun. */
public final class ClosedException extends IpcException {
  private static final long serialVersionUID = 1L;

  private final transient CloseReport report;

  /**
   * Says what is closed.
   *
   * @param message what is closed
   */
  public ClosedException(String message) {
    this(message, null);
  }

  /**
   * Says what is closed and why.
   *
   * @param message what is closed
   * @param report why it ended, null when that is not known yet
   */
  public ClosedException(String message, CloseReport report) {
    super(
        report == null ? message : message + ", " + report,
        report == null ? null : report.cause().orElse(null));
    this.report = report;
  }

  /**
   * Why it ended, when that is known.
   *
   * @return the report, absent for a listener and before the reason is known
   */
  public Optional<CloseReport> report() {
    return Optional.ofNullable(report);
  }
}
