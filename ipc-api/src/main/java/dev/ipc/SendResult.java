// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/** What became of a {@link Channel#trySend}. May grow: a switch over it needs a default. */
public enum SendResult {
  /**
   * The message is in our bounded queue, in the kernel's buffer or in the ring. The peer has not
   * necessarily read it; {@link Channel#drain} asks for that.
   */
  SENT,

  /** No room now and nothing was sent: try again, wait with {@code send}, or ask {@code onRoom}. */
  BACK_PRESSURED,

  /**
   * The channel no longer takes messages and nothing was sent; {@link Channel#closed()} says why.
   */
  CLOSED
}
