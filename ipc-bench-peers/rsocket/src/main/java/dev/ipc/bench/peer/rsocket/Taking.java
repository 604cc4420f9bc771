// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import io.rsocket.Payload;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Takes a stream without a queue: asks for the next messages when half of them have come. */
final class Taking extends BaseSubscriber<Payload> {
  private final Sinks.Empty<Payload> end = Sinks.empty();
  private final Consumer<Payload> receiver;
  private final int demand;
  private int taken;

  Taking(Consumer<Payload> receiver, int demand) {
    this.receiver = receiver;
    this.demand = demand;
  }

  /** Ends as the stream does. */
  Mono<Payload> end() {
    return end.asMono();
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    request(demand);
  }

  @Override
  protected void hookOnNext(Payload payload) {
    receiver.accept(payload);
    taken++;
    if (taken == demand / 2) {
      taken = 0;
      request(demand / 2);
    }
  }

  @Override
  protected void hookOnComplete() {
    end.tryEmitEmpty();
  }

  @Override
  protected void hookOnError(Throwable cause) {
    end.tryEmitError(cause);
  }
}
