// SPDX-License-Identifier: Apache-2.0
/** junixsocket. */
package dev.ipc.bench.peer.junixsocket;
