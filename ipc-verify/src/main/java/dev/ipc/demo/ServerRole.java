// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.CloseReason;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import dev.ipc.Listener;
import dev.ipc.ReceiveResult;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;

/** Serves one channel per {@link Phase} and requires that the client closes each in order. */
final class ServerRole {
  private final Content content;
  private final Duration patience;
  private final PrintStream out;

  ServerRole(Content content, Settings settings, PrintStream out) {
    this.content = content;
    this.out = out;
    this.patience = Peer.PATIENCE.plusMillis((long) (settings.seconds() * 2000));
  }

  void run(Endpoint endpoint, Consumer<Endpoint> ready) throws InterruptedException {
    try (Listener listener = Ipc.listen(endpoint)) {
      ready.accept(listener.endpoint());
      for (Phase phase : Phase.values()) {
        serve(phase, accept(listener));
      }
    }
  }

  /** Serves the channel of one phase until the client closes it. */
  void serve(Phase phase, Peer peer) throws InterruptedException {
    CloseReason reason;
    try (peer) {
      switch (phase) {
        case CONTENT -> content(peer);
        case ROUND_TRIP -> PingPong.answer(peer);
        case RATE, BANDWIDTH -> OneWay.count(peer);
      }
      reason = peer.awaitClosedByPeer(patience);
    }
    new Line(Line.Word.CLOSED, reason.name()).say(out);
  }

  /** Checks every message and sends it back; pulled, and waiting for room if need be. */
  private void content(Peer peer) throws InterruptedException {
    ContentChecker checker = new ContentChecker("the server", content);
    while (peer.receive(
            message -> {
              int start = message.position();
              checker.accept(message);
              sendBack(peer, message.position(start));
            })
        != ReceiveResult.ENDED) {
      // the next one
    }
    peer.awaitClosedByPeer(patience);
    if (!checker.done()) {
      throw new Failure("the server received the end before the last file");
    }
    new Line(Line.Word.VERIFIED_THERE, Integer.toString(checker.files())).say(out);
  }

  private Peer accept(Listener listener) throws InterruptedException {
    return new Peer(
        listener
            .accept(patience)
            .orElseThrow(
                () ->
                    new Failure.Consequence(
                        "no client connected, seconds=" + patience.toSeconds())));
  }

  private static void sendBack(Peer peer, java.nio.ByteBuffer message) {
    try {
      peer.send(message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Consequence("interrupted");
    }
  }
}
