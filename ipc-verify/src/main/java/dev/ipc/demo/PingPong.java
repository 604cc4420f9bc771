// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Measures the round trip: each reply that arrives in the handler sends the next message. */
final class PingPong implements MessageHandler {
  static final int LENGTH = 32;

  private final Peer peer;
  private final ByteBuffer message = ByteBuffer.allocateDirect(LENGTH);
  private final CompletableFuture<RoundTrips> done = new CompletableFuture<>();
  private RoundTrips times;
  private long number;

  private PingPong(Peer peer) {
    this.peer = peer;
  }

  /** The other side: sends every message back, from the handler. */
  static void answer(Peer peer) {
    peer.channel().onMessage(peer::sendNow);
  }

  static RoundTrips measure(Peer peer, Duration warmUp, Duration run) throws InterruptedException {
    PingPong game = new PingPong(peer);
    game.times = new RoundTrips(warmUp, run);
    peer.channel().onMessage(game);
    game.next();
    return peer.await(game.done, warmUp.plus(run).plus(Peer.PATIENCE));
  }

  @Override
  public void onMessage(ByteBuffer reply) {
    if (reply.remaining() != LENGTH || reply.getLong(reply.position()) != number) {
      throw new Failure("the wrong reply arrived, expected=" + number + ", bytes=" + reply);
    }
    if (times.returned()) {
      next();
    } else {
      done.complete(times);
    }
  }

  private void next() {
    message.putLong(0, ++number);
    times.sent();
    peer.sendNow(message);
  }
}
