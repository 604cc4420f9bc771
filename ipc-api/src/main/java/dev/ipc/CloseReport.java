// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a channel ended. Immutable.
 *
 * @param reason why
 * @param detail one line for a human, possibly empty; not to be parsed
 * @param exitStatus how the peer process ended, on transports that started it
 * @param cause the error below, if there was one
 */
public record CloseReport(
    CloseReason reason, String detail, OptionalInt exitStatus, Optional<Throwable> cause) {

  /** Checks that nothing is null. */
  public CloseReport {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(exitStatus, "exitStatus");
    Objects.requireNonNull(cause, "cause");
  }

  /**
   * A report without exit status and cause.
   *
   * @param reason why
   * @param detail one line for a human
   * @return the report
   */
  public static CloseReport of(CloseReason reason, String detail) {
    return new CloseReport(reason, detail, OptionalInt.empty(), Optional.empty());
  }

  /**
   * A report with the error that led to it.
   *
   * @param reason why
   * @param cause the error below; its message becomes the detail
   * @return the report
   */
  public static CloseReport of(CloseReason reason, Throwable cause) {
    return new CloseReport(
        reason, String.valueOf(cause.getMessage()), OptionalInt.empty(), Optional.of(cause));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("reason=").append(reason);
    if (!detail.isEmpty()) {
      text.append(", detail=").append(detail);
    }
    exitStatus.ifPresent(status -> text.append(", exitStatus=").append(status));
    return text.toString();
  }
}
