// SPDX-License-Identifier: Apache-2.0
/**
 * {@code shm:/path}: messages through a ring in shared memory for each direction, and a Unix socket
 * for everything else. Users need no type from here; the transport is found when the module is
 * present.
 */
package dev.ipc.shm;
