// SPDX-License-Identifier: Apache-2.0
/** Aeron IPC. */
package dev.ipc.bench.peer.aeron;
