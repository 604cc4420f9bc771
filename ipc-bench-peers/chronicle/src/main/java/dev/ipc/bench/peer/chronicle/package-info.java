// SPDX-License-Identifier: Apache-2.0
/** Chronicle Queue, the open-source release. */
package dev.ipc.bench.peer.chronicle;
