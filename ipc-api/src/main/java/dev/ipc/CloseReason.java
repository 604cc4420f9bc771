// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * Why a channel ended; equal on all transports for the same cause. May grow: a switch needs a
 * default.
 */
public enum CloseReason {
  /** This side closed or aborted it. */
  LOCAL,
  /** The peer closed it in order; everything it sent before was delivered. */
  PEER_CLOSED,
  /** It ended without a close: the peer was killed, aborted, or the connection was cut. */
  PEER_DIED,
  /** The peer broke the protocol, or says that we did. */
  PROTOCOL_ERROR,
  /** The peer announced a message above the agreed limit. */
  TOO_LARGE,
  /** The peer was refused, or refused us, after the connection stood. */
  REFUSED,
  /** The peer fell silent in the middle of a message for longer than the frame deadline. */
  IDLE,
  /** The mechanism below failed; the report's cause has the details. */
  TRANSPORT_FAILED
}
