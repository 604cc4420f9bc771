// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import dev.ipc.Capability;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.DrainReport;
import dev.ipc.Endpoint;
import dev.ipc.Ipc;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Goes through the {@link Phase}s, over a channel of its own for each. */
final class ClientRole {
  private static final int SMALL = 32;
  private static final int LARGE = 64 * 1024;
  private static final long PROGRESS_NANOS = 100_000_000;

  private final Content content;
  private final Settings settings;
  private final PrintStream out;

  ClientRole(Content content, Settings settings, PrintStream out) {
    this.content = content;
    this.settings = settings;
    this.out = out;
  }

  /** Connects to where each phase is served. */
  void run(Function<Phase, Endpoint> places) throws IOException, InterruptedException {
    phase(places, Phase.CONTENT, this::content);
    phase(places, Phase.ROUND_TRIP, this::roundTrip);
    phase(places, Phase.RATE, this::rate);
    phase(places, Phase.BANDWIDTH, this::bandwidth);
  }

  private interface Work {
    void with(Peer peer) throws IOException, InterruptedException;
  }

  private void phase(Function<Phase, Endpoint> places, Phase phase, Work work)
      throws IOException, InterruptedException {
    say(Line.Word.PHASE, phase.name());
    Peer peer = new Peer(Ipc.connect(places.apply(phase)));
    try (peer) {
      work.with(peer);
    }
    CloseReport report = peer.channel().closed().toCompletableFuture().join();
    if (report.reason() != CloseReason.LOCAL) {
      throw new Failure("the client closed but saw another reason, " + report);
    }
    if (report.exitStatus().orElse(0) != 0) {
      throw new Failure.Consequence("the program did not end in order, " + report);
    }
  }

  private void content(Peer peer) throws IOException, InterruptedException {
    ContentChecker checker = new ContentChecker("the client", content);
    CompletableFuture<Boolean> back = new CompletableFuture<>();
    peer.channel()
        .onMessage(
            message -> {
              checker.accept(message);
              if (checker.done()) {
                back.complete(true);
              }
            });
    ContentSender sender = new ContentSender(peer, progress());
    if (settings.corrupt()) {
      sender.corruptOnce();
    }
    sender.send(content);
    peer.await(back, Peer.PATIENCE);
    drain(peer);
    say(Line.Word.MESSAGES, Long.toString(sender.messages()));
    say(Line.Word.VERIFIED_BACK, Integer.toString(checker.files()));
  }

  private void drain(Peer peer) throws InterruptedException {
    if (peer.channel().capabilities().contains(Capability.DRAIN)) {
      DrainReport report = peer.channel().drain(Peer.PATIENCE);
      if (!report.complete()) {
        throw new Failure("the drain is not complete, unconfirmed=" + report.unconfirmed());
      }
    }
  }

  private void roundTrip(Peer peer) throws InterruptedException {
    double seconds = settings.seconds();
    RoundTrips times =
        PingPong.measure(peer, Phase.ROUND_TRIP.warmUp(seconds), Phase.ROUND_TRIP.run(seconds));
    say(Line.Word.ROUND_TRIP, times.text());
  }

  private void rate(Peer peer) throws InterruptedException {
    OneWay oneWay = new OneWay(peer, SMALL);
    oneWay.measure(Phase.RATE.warmUp(settings.seconds()));
    say(Line.Word.RATE, Line.number(oneWay.measure(Phase.RATE.run(settings.seconds()))));
  }

  private void bandwidth(Peer peer) throws InterruptedException {
    OneWay oneWay = new OneWay(peer, LARGE);
    oneWay.measure(Phase.BANDWIDTH.warmUp(settings.seconds()));
    double messages = oneWay.measure(Phase.BANDWIDTH.run(settings.seconds()));
    say(Line.Word.BANDWIDTH, Line.number(messages * oneWay.length()));
  }

  private LongConsumer progress() {
    long[] last = {System.nanoTime()};
    return bytes -> {
      long now = System.nanoTime();
      if (now - last[0] > PROGRESS_NANOS) {
        last[0] = now;
        say(Line.Word.SENT, Long.toString(bytes));
      }
    };
  }

  private void say(Line.Word word, String value) {
    new Line(word, value).say(out);
  }
}
