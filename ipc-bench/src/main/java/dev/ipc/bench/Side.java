// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/** The two processes of a measurement. */
enum Side {
  SERVER,
  CLIENT
}
