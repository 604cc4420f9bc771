// SPDX-License-Identifier: Apache-2.0
/**
 * Pipes: {@code fifo:} between any two processes of a user, {@code exec:} and {@code stdio:}
 * between a process and its child. {@link dev.ipc.pipe.PipeTransport} describes the endpoints.
 */
package dev.ipc.pipe;
