// SPDX-License-Identifier: Apache-2.0
/** RSocket-Java over TCP. */
package dev.ipc.bench.peer.rsocket;
