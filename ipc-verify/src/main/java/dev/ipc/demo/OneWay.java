// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Measures how many messages cross in one direction. Messages are numbered and the other side
 * checks each; a run ends with the other side's answer that it has handled the last one.
 */
final class OneWay {
  private static final int CLOCK_EVERY = 16;
  private static final int NUMBER = Long.BYTES;

  private final Peer peer;
  private final ByteBuffer message;
  private volatile CompletableFuture<Long> answer = new CompletableFuture<>();
  private long number;

  OneWay(Peer peer, int length) {
    this.peer = peer;
    this.message = ByteBuffer.allocateDirect(Math.min(length, peer.channel().maxMessageLength()));
    peer.channel().onMessage(count -> answer.complete(count.getLong(count.position())));
  }

  /** The other side. */
  static void count(Peer peer) {
    peer.channel().onMessage(new Counter(peer));
  }

  /** Sends for a while, then waits until everything was handled; messages per second. */
  double measure(Duration time) throws InterruptedException {
    answer = new CompletableFuture<>();
    long first = number;
    long start = System.nanoTime();
    long nanos = time.toNanos();
    do {
      for (int i = 0; i < CLOCK_EVERY; i++) {
        message.putLong(0, number++);
        peer.send(message);
      }
    } while (System.nanoTime() - start < nanos);
    peer.send(ByteBuffer.allocate(NUMBER).putLong(0, -number));
    long counted = peer.await(answer, Peer.PATIENCE);
    if (counted != number) {
      throw new Failure("messages are missing, sent=" + number + ", received=" + counted);
    }
    return (number - first) * 1e9 / (System.nanoTime() - start);
  }

  int length() {
    return message.capacity();
  }

  /** Checks the order; a negative number asks for an answer. */
  private static final class Counter implements MessageHandler {
    private final Peer peer;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(NUMBER);
    private long expected;

    Counter(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void onMessage(ByteBuffer message) {
      long number = message.getLong(message.position());
      if (number == expected) {
        expected++;
      } else if (number == -expected) {
        peer.sendNow(answer.putLong(0, expected));
      } else {
        throw new Failure(
            "the wrong message arrived, expected=" + expected + ", received=" + number);
      }
    }
  }
}
