// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.DrainReport;
import dev.ipc.ReceiveResult;
import dev.ipc.SendResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody starves, nothing mixes, nothing grows. */
class FairnessTest {
  private static final int MIB = 1024 * 1024;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void aLargeMessageDelaysASmallOneByAFewParts(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends big = sides.connect();
      Sides.Ends small = sides.connect();
      AtomicInteger arrived = new AtomicInteger();
      big.far().onMessage(m -> arrived.incrementAndGet());
      FramedChannel far = (FramedChannel) big.far();
      List<Long> between = new ArrayList<>(); // the event loop's, until everything has arrived
      AtomicLong sent = new AtomicLong();
      small
          .far()
          .onMessage(
              m -> { // on the event loop that also reads the large message
                between.add(far.progress() - Math.min(sent.get(), far.progress()));
                small.far().trySend(m);
              });
      int count = 16 * Way.SCALE;
      CompletableFuture<Void> sender =
          Sides.thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  big.near().send(Way.bytes(16 * MIB));
                }
              });
      int trips = 0;
      while (arrived.get() < count) {
        sent.set(Long.MAX_VALUE); // it may be there before the next line is
        small.near().send(Way.bytes(8));
        sent.set(far.progress()); // what was read while this thread did not run delays nobody
        assertEquals(ReceiveResult.RECEIVED, small.near().receive(m -> {}, Way.LONG));
        trips++;
      }
      Sides.get(sender);
      List<Long> sorted = between.stream().sorted().toList();
      long usual = sorted.get(sorted.size() / 2) * 64;
      long worst = sorted.get(sorted.size() - 1) * 64;
      System.out.printf(
          "STRESS FairnessTest %s: %d small round trips during %d x 16 MiB, in between usually %d"
              + " KiB, at most %d KiB%n",
          way, trips, count, usual, worst);
      assertTrue(trips > 10 * count, "trips=" + trips);
      assertTrue(usual < 2 * 1024, "KiB=" + usual);
      assertTrue(worst < 16 * 1024, "KiB=" + worst); // the machine may take the processor away
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDrainCompletesWhileAnotherThreadFloods(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends ends = sides.connect();
      AtomicLong received = new AtomicLong();
      ends.far().onMessage(m -> received.incrementAndGet());
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong sent = new AtomicLong();
      CompletableFuture<Void> flood =
          Sides.thread(
              () -> {
                while (!stop.get()) {
                  ends.near().send(Way.bytes(32));
                  sent.incrementAndGet();
                }
              });
      Way.await("flood", Way.LONG, () -> sent.get() > 1000);
      long worst = 0;
      for (int i = 0; i < 100 * Way.SCALE; i++) {
        long start = System.nanoTime();
        DrainReport report = ends.near().drain(Way.LONG);
        worst = Math.max(worst, System.nanoTime() - start);
        assertTrue(report.complete(), report + " at " + i);
      }
      stop.set(true);
      Sides.get(flood);
      assertTrue(ends.near().drain(Way.LONG).complete());
      assertEquals(sent.get(), received.get());
      System.out.println(
          "STRESS FairnessTest "
              + way
              + ": slowest drain in a flood "
              + worst / 1000
              + " us, sent "
              + sent);
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfEightSendersNeverMix(Way way) throws Exception {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("FairnessTest: -Dipc.seed=" + seed);
    try (Sides sides = new Sides(way, directory, "sendBuffer=16k&receiveBuffer=16k")) {
      Sides.Ends ends = sides.connect("frameTimeout=200ms"); // and with it more PINGs
      int each = 150 * Way.SCALE;
      List<CompletableFuture<Void>> senders = new ArrayList<>();
      for (int sender = 0; sender < 8; sender++) {
        Random random = new Random(seed + sender);
        int mine = sender;
        senders.add(
            Sides.thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    ends.near().send(sealed(mine, i, length(random), random));
                    if (i % 50 == mine) {
                      assertTrue(ends.near().drain(Way.LONG).complete());
                    }
                  }
                }));
      }
      int[] next = new int[8];
      AtomicReference<String> wrong = new AtomicReference<>();
      for (int i = 0; i < 8 * each; i++) {
        assertEquals(
            ReceiveResult.RECEIVED,
            ends.far().receive(m -> check(m, next, wrong), Way.LONG),
            "after " + i);
        if (i % 40 == 0) {
          ((FramedChannel) ends.far()).ping();
          assertEquals(SendResult.SENT, ends.far().trySend(Way.bytes(100)));
          while (ends.near().poll(m -> {}, 100) > 0) {
            // the other way is busy too
          }
        }
        assertEquals(null, wrong.get());
      }
      for (CompletableFuture<Void> sender : senders) {
        Sides.get(sender);
      }
    }
  }

  private static int length(Random random) {
    return 16
        + switch (random.nextInt(10)) {
          case 0 -> random.nextInt(MIB);
          case 1, 2 -> 60_000 + random.nextInt(80_000);
          default -> random.nextInt(2000);
        };
  }

  private static ByteBuffer sealed(int sender, int number, int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    ByteBuffer message = ByteBuffer.wrap(bytes).putInt(0, sender).putInt(4, number);
    CRC32 crc = new CRC32();
    crc.update(bytes, 16, length - 16);
    return message.putLong(8, crc.getValue());
  }

  private static void check(ByteBuffer message, int[] next, AtomicReference<String> wrong) {
    int sender = message.getInt();
    int number = message.getInt();
    long crc = message.getLong();
    CRC32 now = new CRC32();
    now.update(message);
    if (next[sender]++ != number || now.getValue() != crc) {
      wrong.set("sender=" + sender + ", number=" + number + ", next=" + next[sender]);
    }
  }

  /** The event loop of a paused reader must rest, and the others of the loop must go on. */
  @ParameterizedTest
  @EnumSource
  void aPausedReaderWithALargeMessageDoesNotKeepTheLoopBusy(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends paused = sides.connect();
      Sides.Ends other = sides.connect();
      paused.near().send(Way.bytes(100_000));
      paused.near().send(Way.bytes(200_000)); // fits only when the first is taken
      other.far().onMessage(m -> other.far().trySend(m));
      FramedChannel far = (FramedChannel) paused.far();
      Way.await("pause", Way.LONG, far::isPaused);
      long start = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        other.near().send(Way.bytes(8));
        assertEquals(ReceiveResult.RECEIVED, other.near().receive(m -> {}, Way.LONG));
      }
      assertTrue(System.nanoTime() - start < 5_000_000_000L, "the loop is busy with nothing");
      assertEquals(ReceiveResult.RECEIVED, paused.far().receive(m -> {}, Way.LONG));
      assertEquals(ReceiveResult.RECEIVED, paused.far().receive(m -> {}, Way.LONG));
    }
  }

  /** The event loop goes to sleep just when the answer to what it has delivered is sent. */
  @ParameterizedTest
  @EnumSource
  void noWakeUpOfASleepingLoopIsLost(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "wait=sleeping")) {
      Sides.Ends ends = sides.connect();
      int count = 10_000 * Way.SCALE;
      CompletableFuture<Void> echo =
          Sides.thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  assertEquals(ReceiveResult.RECEIVED, ends.far().receive(m -> {}, Way.LONG));
                  ends.far().send(Way.bytes(8));
                }
              });
      for (int i = 0; i < count; i++) {
        ends.near().send(Way.bytes(8));
        assertEquals(ReceiveResult.RECEIVED, ends.near().receive(m -> {}, Way.LONG), "at " + i);
      }
      Sides.get(echo);
    }
  }

  /** A writer is called once, also when its maximum is large and the queue is full. */
  @ParameterizedTest
  @EnumSource
  void aWriterIsCalledOnceWhateverItWrites(Way way) throws Exception {
    try (Sides sides = new Sides(way, directory, "")) {
      Sides.Ends ends = sides.connect();
      Channel near = ends.near();
      long sent = 0;
      while (near.send(Way.bytes(1000), java.time.Duration.ofMillis(200))) {
        sent++;
      }
      for (int length : new int[] {10, 0, 200_000}) {
        AtomicInteger calls = new AtomicInteger();
        SendResult result;
        do {
          result =
              near.trySend(
                  MIB,
                  room -> {
                    calls.incrementAndGet();
                    room.position(room.position() + length);
                  });
          assertEquals(result == SendResult.SENT ? 1 : 0, calls.get());
          ends.far().poll(m -> {}, 1);
        } while (result != SendResult.SENT);
        sent++;
      }
      AtomicLong last = new AtomicLong();
      near.endOutput();
      while (ends.far().receive(m -> last.set(m.remaining()), Way.LONG) == ReceiveResult.RECEIVED) {
        // to the end
      }
      assertEquals(200_000, last.get());
      assertTrue(sent > 3);
    }
  }
}
