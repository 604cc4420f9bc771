// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

/**
 * What a transport can do at an endpoint. Queried before connecting with {@link
 * IpcContext#capabilities}, afterwards with {@link Channel#capabilities()}. May grow: a switch over
 * it needs a default.
 */
public enum Capability {
  /** Many clients can connect to one named listener. */
  LISTEN,
  /** Connected means ready: versions, limits and identity were exchanged with a live peer. */
  HANDSHAKE,
  /** Nothing is lost while both sides live. */
  RELIABLE,
  /** Messages arrive in the order of completed sends. */
  ORDERED,
  /** {@link Channel#endOutput()} ends one direction, the other goes on. */
  HALF_CLOSE,
  /** {@link Channel#drain} learns that the peer's handler returned. */
  DRAIN,
  /** The operating system vouches for the peer's user: {@link Channel#peer()}. */
  PEER_CREDENTIALS,
  /** A killed peer is told apart from one that closed. */
  PEER_DEATH,
  /**
   * {@link Channel#trySend(int, MessageWriter)} writes where the peer (or the system call) reads.
   */
  ZERO_COPY_SEND,
  /** The handler reads the message where the transport has it. */
  ZERO_COPY_RECEIVE,
  /** The peer may be on another machine. */
  REMOTE,
  /** One send reaches many peers. */
  MULTICAST,
  /** Messages outlive the processes. */
  PERSISTENT,
  /** Urgent messages overtake others. */
  PRIORITY,
  /** Open files can be handed to the peer. */
  FD_PASSING
}
