// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.nio.ByteBuffer;

/**
 * Takes what a {@link FrameDecoder} cuts out of the stream, in the order of the stream, on the
 * thread that decodes. An exception leaves the decoder through {@code decode}; what was handed over
 * counts as taken and the decoder lives on. Plain framings have messages only.
 */
public interface FrameSink {
  /**
   * Takes a message, or says that there is no room.
   *
   * @param view the message, from position to limit, read-only and big-endian; the decoder's again
   *     on return, and the same object may show the next message
   * @return false if it was not taken: the decoder stops and offers the same message again
   */
  boolean message(ByteBuffer view);

  /**
   * The peer wants a BARRIER_ACK once that many messages are handled; a later barrier replaces an
   * earlier one.
   *
   * @param sent how many messages the peer has sent; may be ahead of what has arrived
   */
  void barrier(long sent);

  /**
   * The peer has handled messages of ours.
   *
   * @param handled how many in all
   */
  void barrierAck(long handled);

  /**
   * The peer wants a PONG; a later ping replaces an earlier one that is not answered yet.
   *
   * @param opaque to be sent back
   */
  void ping(long opaque);

  /**
   * The peer answered a ping.
   *
   * @param opaque what the ping carried
   */
  void pong(long opaque);

  /** The peer rings the doorbell. */
  void wake();

  /**
   * The peer sends no more messages; only control frames may follow.
   *
   * @param sent how many messages it has sent in all
   */
  void endOutput(long sent);

  /**
   * The peer closes; nothing follows.
   *
   * @param frame why, and how many messages it has sent in all
   */
  void close(CloseFrame frame);
}
