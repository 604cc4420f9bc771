// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Capability;
import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.MessageTooLargeException;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Chapter 2: messages. */
abstract class MessagesChapter extends Chapter {
  private static final int MAX = 300_000;

  private static final ChannelConfig UP_TO_MAX =
      ChannelConfig.builder().maxMessageLength(MAX).build();

  MessagesChapter(TransportContract contract) {
    super(contract);
  }

  /** Sends one batch each way at the same time, and checks both. */
  private void exchangeEach(Pair pair, Variant variant, Integer... sizes) throws Exception {
    exchange(pair, variant, sizes.length, sizes);
  }

  private void exchange(Pair pair, Variant variant, int count, Integer... sizes) throws Exception {
    Batch out = Batch.of(rig.seed(), count, sizes);
    Batch in = Batch.of(rig.seed(), count, sizes);
    Ledger ledger = new Ledger();
    rig.receive(pair.near(), variant, ledger);
    pair.far().collect();
    pair.far().send(in);
    send(pair.near(), out);
    rig.assertReceived(pair.far(), out);
    rig.assertReceived(ledger, in);
  }

  /** Lets the far end collect, sends what the test likes, and checks that this arrived. */
  private void assertArrives(Pair pair, Batch expected, Task.Step sending) throws Exception {
    pair.far().collect();
    sending.run();
    rig.assertReceived(pair.far(), expected);
    rig.assertStays("nothing more", () -> pair.far().report().received() == expected.count());
  }

  @Rule("2.1")
  final void everySizeArrivesWhole(Variant variant) throws Exception {
    Pair pair = rig.pair(variant, UP_TO_MAX);
    exchangeEach(
        pair, variant, 1, 2, 7, 8, 255, 256, 4095, 4096, 4097, 65535, 65536, 65537, MAX - 1, MAX);
  }

  @Rule("2.2")
  final void emptyMessagesAreMessages(Variant variant) throws Exception {
    exchangeEach(rig.pair(variant), variant, 0, 100, 0, 0, 0, 100, 0);
  }

  @Rule("2.3")
  final void contentIsUnchanged(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Queue<ByteBuffer> back = new ConcurrentLinkedQueue<>();
    rig.receive(pair.near(), variant, message -> back.add(copy(message)));
    pair.far().echo();
    ByteBuffer everyByte = ByteBuffer.allocate(1024);
    while (everyByte.hasRemaining()) {
      everyByte.put((byte) everyByte.position());
    }
    List<ByteBuffer> sent =
        List.of(everyByte.flip(), Batch.of(rig.seed(), 1, 1024 * 1024).message(0));
    for (ByteBuffer message : sent) {
      pair.near().send(message);
    }
    rig.await("the echo", () -> back.size() >= sent.size());
    assertEquals(sent, List.copyOf(back));
  }

  private static ByteBuffer copy(ByteBuffer message) {
    return ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip();
  }

  @Rule(value = "2.4", needs = Capability.ORDERED)
  final void orderIsKept(Variant variant) throws Exception {
    exchange(rig.pair(variant), variant, rig.limits().count(100_000, 3_000), 24, 40);
  }

  @Rule("2.5")
  final void sizesMayAlternate(Variant variant) throws Exception {
    ChannelConfig small = UP_TO_MAX.toBuilder().sendBuffer(8192).receiveBuffer(8192).build();
    Pair pair = rig.pair(variant, small);
    exchange(pair, variant, rig.limits().count(400, 20), 24, 200_000, 30, 5_000, 9_000);
  }

  @Rule("2.6")
  final void bothWaysAtOnceNeverBlockEachOther(Variant variant) throws Exception {
    ChannelConfig small = UP_TO_MAX.toBuilder().sendBuffer(16384).receiveBuffer(16384).build();
    Pair pair = rig.pair(variant, small);
    Ledger ledger = new Ledger();
    Batch flood = Batch.of(rig.seed(), rig.limits().count(5_000, 200), 4096, 24);
    rig.receive(pair.near(), variant, ledger);
    pair.far().echo();
    send(pair.near(), flood);
    rig.assertReceived(ledger, flood);
  }

  @Rule("2.7")
  final void everyQuestionGetsItsAnswer(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Ledger ledger = new Ledger();
    rig.receive(pair.near(), variant, ledger);
    pair.far().echo();
    Batch questions = Batch.of(rig.seed(), rig.limits().count(10_000, 300), 32);
    for (int i = 0; i < questions.count(); i++) {
      pair.near().send(questions.message(i));
      int asked = i + 1;
      while (ledger.count() < asked) {
        rig.await("answer " + asked, () -> ledger.count() >= asked);
      }
    }
    rig.assertReceived(ledger, questions);
  }

  @Rule(value = "2.8", needs = Capability.HANDSHAKE)
  final void theSmallerMaximumHolds() throws Exception {
    ChannelConfig smaller = ChannelConfig.builder().maxMessageLength(5_000).build();
    List<Channel> ends = new ArrayList<>();
    try (var listener = rig.listen(smaller)) {
      ends.add(rig.connect(listener, UP_TO_MAX));
      ends.add(rig.accept(listener));
    }
    try (var listener = rig.listen(UP_TO_MAX)) {
      ends.add(rig.connect(listener, smaller));
      ends.add(rig.accept(listener));
    }
    for (Channel end : ends) {
      assertEquals(5_000, end.maxMessageLength());
    }
  }

  @Rule("2.9")
  final void tooLongMessagesAreNotSent(Variant variant) throws Exception {
    Pair pair = rig.pair(variant, UP_TO_MAX);
    Channel near = pair.near();
    ByteBuffer tooLong = ByteBuffer.allocate(near.maxMessageLength() + 1);
    Batch after = Batch.of(rig.seed(), 3, near.maxMessageLength(), 24);
    AtomicInteger written = new AtomicInteger();
    assertArrives(
        pair,
        after,
        () -> {
          assertThrows(MessageTooLargeException.class, () -> near.trySend(tooLong));
          assertThrows(MessageTooLargeException.class, () -> near.send(tooLong));
          assertThrows(
              MessageTooLargeException.class, () -> near.send(tooLong, Duration.ofSeconds(1)));
          assertThrows(
              MessageTooLargeException.class,
              () -> near.trySend(MAX + 1, room -> written.incrementAndGet()));
          assertEquals(MAX + 1, tooLong.remaining());
          send(near, after);
        });
    assertEquals(0, written.get(), "calls of the writer");
  }

  @Rule("2.10")
  final void theSendersBufferIsLeftAlone(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), rig.limits().count(1_000, 100), 500, 0, 24);
    ByteBuffer reused = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    assertArrives(
        pair,
        batch,
        () -> {
          for (int i = 0; i < batch.count(); i++) {
            int start = i % 100;
            reused.clear().position(start).put(batch.message(i)).flip().position(start);
            int end = reused.limit();
            sendSomehow(pair.near(), reused, i);
            assertEquals(start, reused.position(), "position");
            assertEquals(end, reused.limit(), "limit");
            assertEquals(ByteOrder.LITTLE_ENDIAN, reused.order());
            for (int at = start; at < end; at++) {
              reused.put(at, (byte) -1);
            }
          }
        });
  }

  private static void sendSomehow(Channel channel, ByteBuffer message, int how) throws Exception {
    if (how % 3 == 0) {
      assertTrue(channel.send(message, Duration.ofSeconds(30)));
    } else if (how % 3 == 1 || channel.trySend(message) != SendResult.SENT) {
      channel.send(message);
    }
  }

  @Rule("2.11")
  final void anyBufferMayBeSent(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 6, 1000);
    assertArrives(
        pair,
        batch,
        () -> {
          ByteBuffer wide = ByteBuffer.allocate(3000);
          wide.position(500);
          pair.near().send(batch.message(0));
          pair.near().send(ByteBuffer.allocateDirect(1000).put(batch.message(1)).flip());
          pair.near().send(batch.message(2).asReadOnlyBuffer());
          pair.near().send(wide.slice().put(batch.message(3)).flip());
          pair.near().send(batch.message(4).order(ByteOrder.LITTLE_ENDIAN));
          ByteBuffer direct = ByteBuffer.allocateDirect(3000);
          direct.position(700).put(batch.message(5)).flip().position(700);
          pair.near().send(direct.slice().asReadOnlyBuffer());
        });
  }

  @Rule("2.12")
  final void theHandlersBufferIsInOrder(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), rig.limits().count(1_000, 100), 1000, 24, 0);
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    Ledger ledger = new Ledger();
    rig.receive(
        pair.near(),
        variant,
        message -> {
          if (!message.isReadOnly()) {
            wrong.add("it may be written to");
          }
          if (message.order() != ByteOrder.BIG_ENDIAN) {
            wrong.add("it is " + message.order());
          }
          ledger.onMessage(message);
          message.order(ByteOrder.LITTLE_ENDIAN);
          int half = message.position() + message.remaining() / 2;
          message.limit(half).position(half).mark();
        });
    pair.far().send(batch);
    rig.assertReceived(ledger, batch);
    assertEquals(List.of(), List.copyOf(wrong));
  }

  @Rule("2.13")
  final void theHandlersBufferStaysUntilItReturns(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 500, 1000);
    Queue<Long> changed = new ConcurrentLinkedQueue<>();
    Ledger ledger = new Ledger();
    rig.receive(
        pair.near(),
        variant,
        message -> {
          ByteBuffer before = copy(message);
          ledger.onMessage(message);
          if (ledger.count() % 100 == 1) {
            LockSupport.parkNanos(10_000_000);
          }
          if (!before.equals(message)) {
            changed.add(ledger.count());
          }
        });
    pair.far().send(batch);
    rig.assertReceived(ledger, batch);
    assertTrue(changed.isEmpty(), "changed: " + changed);
  }

  @Rule("2.14")
  final void copiesMayBeKept(Variant variant) throws Exception {
    Pair pair = rig.pair(variant, ChannelConfig.builder().copyReceived().build());
    Batch batch = Batch.of(rig.seed(), 2_000, 1000, 0, 24);
    Queue<ByteBuffer> kept = new ConcurrentLinkedQueue<>();
    rig.receive(pair.near(), variant, kept::add);
    pair.far().send(batch);
    rig.await("all copies", () -> kept.size() == batch.count());
    Ledger ledger = new Ledger();
    kept.forEach(ledger::onMessage);
    rig.assertReceived(ledger, batch);
  }

  @Rule("2.15")
  final void messagesAreWrittenInPlace(Variant variant) throws Exception {
    Pair pair = rig.pair(variant, UP_TO_MAX);
    Batch batch = Batch.of(rig.seed(), 60, 1000, 0, 24, 4096, 70_000, MAX);
    assertArrives(
        pair,
        batch,
        () -> {
          for (int i = 0; i < batch.count(); i++) {
            writeInPlace(pair.near(), batch.message(i), i % 2 == 0 ? 0 : 500);
          }
        });
  }

  /** Asks for some bytes more than it writes. */
  private void writeInPlace(Channel channel, ByteBuffer message, int spare) {
    int maximum = Math.min(MAX, message.remaining() + spare);
    rig.await(
        "room",
        () ->
            channel.trySend(
                    maximum,
                    room -> {
                      assertTrue(room.remaining() >= maximum, "room for the maximum");
                      assertEquals(ByteOrder.BIG_ENDIAN, room.order());
                      room.put(message);
                    })
                == SendResult.SENT);
  }

  @Rule("2.16")
  final void failingWritersSendNothing(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 20, 100);
    assertArrives(
        pair,
        batch,
        () -> {
          for (int i = 0; i < batch.count(); i++) {
            assertThrows(
                PlannedException.class,
                () ->
                    pair.near()
                        .trySend(
                            1000,
                            room -> {
                              room.putLong(1);
                              throw new PlannedException();
                            }));
            pair.near().send(batch.message(i));
          }
        });
  }

  @Rule("2.17")
  final void sendsDoNotNest(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Channel near = pair.near();
    Batch batch = Batch.of(rig.seed(), 1, 100);
    assertArrives(
        pair,
        batch,
        () ->
            near.trySend(
                200,
                room -> {
                  ByteBuffer nested = text("nested");
                  refused(() -> near.trySend(nested));
                  refused(() -> near.trySend(1, inner -> inner.put((byte) 1)));
                  refused(() -> near.send(nested));
                  refused(() -> near.send(nested, SHORT));
                  room.put(batch.message(0));
                }));
  }

  private static void refused(Task.Step step) {
    assertThrows(IllegalStateException.class, step::run);
  }

  @Rule("2.18")
  final void sendersDoNotMix(Variant variant) throws Exception {
    Pair pair = rig.pair(variant, UP_TO_MAX);
    pair.far().collect();
    List<Task<Void>> senders = new ArrayList<>();
    int each = rig.limits().count(2_000, 60);
    for (int i = 0; i < 8; i++) {
      Batch batch = Batch.of(rig.seed(), each, 24, 1000, 70_000, 100, 24, 24, 24);
      senders.add(
          rig.start(
              "sender",
              () -> {
                send(pair.near(), batch);
                return null;
              }));
    }
    for (Task<Void> sender : senders) {
      sender.result(rig.limits().limit());
    }
    rig.await(
        "all messages",
        () -> pair.far().report().received() >= 8L * each || !fault(pair).isEmpty());
    assertEquals("", fault(pair));
    assertEquals(8L * each, pair.far().report().received());
  }

  private static String fault(Pair pair) {
    return pair.far().report().fault();
  }

  @Rule("2.19")
  final void earlyMessagesComeFirst(Variant variant) throws Exception {
    Pair pair = rig.pair(variant);
    Batch batch = Batch.of(rig.seed(), 40, 24, 0, 100);
    for (int i = 0; i < 20; i++) {
      pair.near().send(batch.message(i));
    }
    rig.assertStays("nothing received", () -> pair.far().report().received() == 0);
    pair.far().collect();
    sendFrom(pair.near(), batch, 20);
    rig.assertReceived(pair.far(), batch);
    assertFalse(rig.isClosed(pair.near()));
  }
}
