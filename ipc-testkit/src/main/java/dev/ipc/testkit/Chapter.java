// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Channel;
import dev.ipc.ReceiveResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One chapter of the contract: its tests, each with a fresh rig. */
abstract class Chapter {
  /** Time enough to see that something waits. */
  static final Duration SHORT = Duration.ofMillis(60);

  final TransportContract contract;

  /** Set before each rule. */
  Rig rig;

  Chapter(TransportContract contract) {
    this.contract = contract;
  }

  static void send(Channel channel, Batch batch) throws InterruptedException {
    for (int i = 0; i < batch.count(); i++) {
      channel.send(batch.message(i));
    }
  }

  /**
   * Offers the batch until nothing more is taken for long enough that the mechanism below has made
   * all the room it will; how many were sent.
   */
  final int fill(Channel channel, Batch batch) {
    int sent = 0;
    long since = System.nanoTime();
    long still = (contract.hiddenCapacity() == 0 ? 1 : 4) * rig.limits().calm().toNanos();
    while (sent < batch.count() && System.nanoTime() - since < still) {
      switch (channel.trySend(batch.message(sent))) {
        case SENT -> {
          sent++;
          since = System.nanoTime();
        }
        case BACK_PRESSURED -> LockSupport.parkNanos(200_000);
        default -> throw new AssertionError("closed while it was filled");
      }
    }
    return sent;
  }

  /** Waits until the far end, told to send more than there is room for, waits for room. */
  final void awaitStandstill(FarEnd far) {
    long[] sent = {-1};
    rig.await(
        "the far end to stand still",
        () -> {
          long before = sent[0];
          LockSupport.parkNanos(rig.limits().calm().toNanos());
          sent[0] = far.report().sent();
          return sent[0] > 0 && sent[0] == before;
        });
  }

  /** Sends a batch from an index on. */
  static void sendFrom(Channel channel, Batch batch, int first) throws InterruptedException {
    for (int i = first; i < batch.count(); i++) {
      channel.send(batch.message(i));
    }
  }

  /** The other end answers: the channel works, both ways. */
  final void assertEchoes(Channel channel, String word) throws InterruptedException {
    List<String> answers = new ArrayList<>();
    channel.send(text(word));
    ReceiveResult result =
        channel.receive(message -> answers.add(text(message)), rig.limits().patience());
    assertEquals(ReceiveResult.RECEIVED, result, "the answer to " + word);
    assertEquals(List.of(word), answers);
  }

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ByteBuffer message) {
    return StandardCharsets.UTF_8.decode(message.duplicate()).toString();
  }
}
