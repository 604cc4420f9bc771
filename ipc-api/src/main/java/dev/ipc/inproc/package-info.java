// SPDX-License-Identifier: Apache-2.0
/** {@code inproc:name}, the reference transport: both peers live in one process. */
package dev.ipc.inproc;
