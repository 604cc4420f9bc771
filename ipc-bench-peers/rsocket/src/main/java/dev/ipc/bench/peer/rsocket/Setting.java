// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import io.rsocket.Payload;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;

/** How RSocket is used. */
enum Setting {
  /**
   * Nothing changed: payloads are copied to the heap, Reactor's prefetch of 256 bounds a stream.
   */
  DEFAULT,
  /**
   * What its documentation advises for speed: the zero-copy decoder, pooled payloads; more demand.
   */
  TUNED;

  private static final int DEFAULT_DEMAND = 256;
  private static final int TUNED_DEMAND = 8192;

  /** Demand is in messages; neither side may hold more than about this many bytes. */
  private static final int MOST = 32 * 1024 * 1024;

  PayloadDecoder decoder() {
    return this == TUNED ? PayloadDecoder.ZERO_COPY : PayloadDecoder.DEFAULT;
  }

  /** How many messages a receiver asks for at once. */
  int demand(int size) {
    return Math.min(this == TUNED ? TUNED_DEMAND : DEFAULT_DEMAND, Math.max(4, MOST / size));
  }

  /** A message with these bytes, which it may keep. */
  Payload payload(byte[] message) {
    return this == TUNED ? ByteBufPayload.create(message) : DefaultPayload.create(message);
  }
}
