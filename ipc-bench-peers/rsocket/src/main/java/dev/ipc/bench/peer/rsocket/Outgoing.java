// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.rsocket;

import io.rsocket.Payload;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A stream that one thread feeds; it parks while nothing is in demand. */
final class Outgoing implements Publisher<Payload>, Subscription {
  private final Thread feeder = Thread.currentThread();
  private final AtomicLong demand = new AtomicLong();
  private volatile Subscriber<? super Payload> subscriber;

  @Override
  public void subscribe(Subscriber<? super Payload> subscriber) {
    this.subscriber = subscriber;
    subscriber.onSubscribe(this);
  }

  @Override
  public void request(long more) {
    demand.accumulateAndGet(more, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    LockSupport.unpark(feeder);
  }

  @Override
  public void cancel() {
    LockSupport.unpark(feeder);
  }

  /** Waits for demand; false when the stream has ended instead. */
  boolean await(BooleanSupplier ended) {
    while (demand.get() == 0) {
      if (ended.getAsBoolean()) {
        return false;
      }
      LockSupport.park(this);
    }
    return true;
  }

  void send(Payload payload) {
    demand.decrementAndGet();
    subscriber.onNext(payload);
  }

  void complete() {
    subscriber.onComplete();
  }
}
