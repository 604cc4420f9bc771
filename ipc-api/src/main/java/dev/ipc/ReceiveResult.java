// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/** What became of a {@link Channel#receive}. May grow: a switch over it needs a default. */
public enum ReceiveResult {
  /** One message was handed to the handler. */
  RECEIVED,

  /** No message came in time; the channel is as before. */
  TIMED_OUT,

  /** Everything was received before and nothing will follow. */
  ENDED
}
