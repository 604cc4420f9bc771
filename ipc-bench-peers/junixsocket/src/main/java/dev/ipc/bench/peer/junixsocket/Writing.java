// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.junixsocket;

/** How messages become calls. */
enum Writing {
  /** One call for each message: what a program does that thinks nothing of it. */
  EACH,
  /** Small messages one way are collected and written 64 KiB at a time. */
  BATCHED
}
