// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * How far a {@link Channel#drain} came.
 *
 * @param complete whether the peer's handler has returned for everything sent before the drain
 * @param unconfirmed how many messages it has not confirmed; 0 exactly when complete
 */
public record DrainReport(boolean complete, long unconfirmed) {}
