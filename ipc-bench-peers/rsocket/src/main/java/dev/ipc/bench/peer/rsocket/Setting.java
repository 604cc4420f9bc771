// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rsocket.Payload;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** How RSocket is used. */
enum Setting {
  /**
   * Payloads are copied to the heap, as nothing else is said. Demand has no bound by default; here
   * {@code limitRate} bounds it by 256, the prefetch of Reactor's operators.
   */
  DEFAULT,
  /**
   * What its documentation advises for speed: the zero-copy decoder, pooled payloads in direct
   * memory; more demand, and no operator that would queue the messages.
   */
  TUNED;

  private static final int DEFAULT_DEMAND = 256;
  private static final int TUNED_DEMAND = 8192;

  /** Demand is in messages; neither side may hold more than about this many bytes. */
  private static final int MOST = 32 * 1024 * 1024;

  PayloadDecoder decoder() {
    return this == TUNED ? PayloadDecoder.ZERO_COPY : PayloadDecoder.DEFAULT;
  }

  /** Hands all messages of a stream to the receiver; what it returns ends as the stream does. */
  Flux<Payload> take(Publisher<Payload> messages, int size, Consumer<Payload> receiver) {
    if (this == DEFAULT) {
      return Flux.from(messages).limitRate(demand(size)).doOnNext(receiver).ignoreElements().flux();
    }
    Taking taking = new Taking(receiver, demand(size));
    messages.subscribe(taking);
    return taking.end().flux();
  }

  /** How many messages a receiver asks for at once. */
  private int demand(int size) {
    return Math.min(this == TUNED ? TUNED_DEMAND : DEFAULT_DEMAND, Math.max(4, MOST / size));
  }

  /** A message with these bytes, but for the number at the start. */
  Payload payload(int number, byte[] bytes) {
    if (this == DEFAULT) {
      byte[] message = bytes.clone();
      ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(0, number);
      return DefaultPayload.create(message);
    }
    ByteBuf message = ByteBufAllocator.DEFAULT.directBuffer(bytes.length);
    message.writeIntLE(number);
    message.writeBytes(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
    return ByteBufPayload.create(message);
  }
}
