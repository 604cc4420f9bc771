// SPDX-License-Identifier: Apache-2.0
/** Netty alone, with messages behind their length. */
package dev.ipc.bench.peer.netty;
