// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The queue that both directions of a socket stand on. */
class ByteQueueTest {
  private static final int RECORDS = 2_000_000 * Integer.getInteger("ipc.scale", 1);

  /** Counts what is out. */
  private static final class Counting implements BufferSource {
    final AtomicInteger out = new AtomicInteger();
    final Set<Integer> sizes = new HashSet<>();

    @Override
    public ByteBuffer take(int size) {
      out.addAndGet(size);
      sizes.add(size);
      return ByteBuffer.allocateDirect(size);
    }

    @Override
    public void give(ByteBuffer buffer) {
      if (buffer.isDirect()) {
        out.addAndGet(-buffer.capacity());
      }
    }
  }

  private static boolean put(ByteQueue queue, int length) {
    ByteBuffer room = queue.claim(length);
    if (room == null) {
      return false;
    }
    assertTrue(room.remaining() >= length);
    for (int i = 0; i < length; i++) {
      room.put((byte) i);
    }
    queue.commit(length);
    return true;
  }

  private static int takeAll(ByteQueue queue) {
    int sum = 0;
    for (ByteBuffer run = queue.readable(); run != null; run = queue.readable()) {
      sum += run.remaining();
      queue.release(run.remaining());
    }
    return sum;
  }

  @Test
  void theBoundIsTheBoundPlusOneMessageWhenEmpty() {
    ByteQueue queue = new ByteQueue(BufferSource.heap(), 10_000);
    assertTrue(queue.hasRoom(1_000_000));
    assertTrue(put(queue, 1_000_000), "one message longer than the bound");
    assertFalse(queue.hasRoom(1));
    assertNull(queue.claim(1));
    assertEquals(1_000_000, takeAll(queue));
    assertTrue(put(queue, 6_000));
    assertTrue(put(queue, 4_000), "exactly full");
    assertFalse(put(queue, 1));
    assertEquals(10_000, queue.used());
    assertEquals(10_000, takeAll(queue));
    assertTrue(queue.isEmpty());
  }

  @Test
  void aPartialReleaseKeepsTheRest() {
    ByteQueue queue = new ByteQueue(BufferSource.heap(), 10_000);
    assertTrue(put(queue, 100));
    assertEquals(0, queue.readable().get());
    queue.release(40);
    ByteBuffer rest = queue.readable();
    assertEquals(60, rest.remaining());
    assertEquals(40, rest.get(rest.position()));
    assertTrue(rest.isReadOnly());
    assertEquals(60, queue.used());
  }

  @Test
  void anEmptyQueueBeginsAnew() {
    ByteQueue queue = new ByteQueue(BufferSource.heap(), 10_000);
    assertTrue(put(queue, 100));
    assertTrue(put(queue, 50));
    assertEquals(0, queue.readable().get());
    queue.release(149);
    assertEquals(150, queue.claim(10).position(), "not while a byte is left");
    queue.commit(0);
    assertNotNull(queue.readable());
    queue.release(1);
    assertNull(queue.readable());
    for (int length : new int[] {150, 200, 1, 150}) {
      assertEquals(0, queue.claim(length).position());
      assertTrue(put(queue, length), "a claim that was not used does no harm");
      ByteBuffer run = queue.readable();
      assertEquals(0, run.position());
      assertEquals(length, run.remaining());
      queue.release(length);
    }
  }

  @Test
  void aQuietQueueStaysSmallAndABusyOneGrows() {
    Counting source = new Counting();
    ByteQueue queue = new ByteQueue(source, 256 * 1024);
    assertEquals(0, source.out.get(), "nothing is taken before it is needed");
    for (int i = 0; i < 10_000; i++) {
      assertTrue(put(queue, 100));
      assertEquals(100, takeAll(queue));
    }
    assertEquals(4096, source.out.get(), "one segment that begins anew");
    int count = 0;
    while (put(queue, 1000)) {
      count++;
    }
    assertTrue(count >= 262);
    assertTrue(source.out.get() <= 2 * 256 * 1024, "out=" + source.out);
    assertEquals(count * 1000, takeAll(queue));
    queue.dispose();
    assertEquals(0, source.out.get(), "all memory is back");
    queue.dispose();
    assertEquals(0, source.out.get(), "and once only");
  }

  @Test
  void aBusyQueueTakesNoNewMemory() {
    Counting source = new Counting();
    ByteQueue queue = new ByteQueue(source, 256 * 1024);
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      while (put(queue, 1 + random.nextInt(120 * 1024))) {
        // until it is full
      }
      takeAll(queue);
    }
    for (int i = 0; i < 200; i++) {
      ByteQueue other = new ByteQueue(source, 1024 * (1 + random.nextInt(500)));
      assertTrue(put(other, 1 + random.nextInt(120 * 1024)));
      other.dispose();
    }
    assertTrue(source.sizes.size() <= 8, "few sizes, to be used again: " + source.sizes);
    assertTrue(source.out.get() <= 4 * 128 * 1024, "out=" + source.out);
  }

  @Test
  void disposedItIsEmptyAndStillUsable() {
    ByteQueue queue = new ByteQueue(new Counting(), 10_000);
    assertTrue(put(queue, 5_000));
    queue.dispose();
    assertTrue(queue.isEmpty());
    assertNull(queue.readable());
    assertNotNull(queue.claim(10));
  }

  @Test
  void twoThreadsLoseAndChangeNothing() throws Exception {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("ByteQueueTest: -Dipc.seed=" + seed);
    Counting source = new Counting();
    ByteQueue queue = new ByteQueue(source, 64 * 1024);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CRC32 sent = new CRC32();
    Thread producer = new Thread(() -> produce(queue, new Random(seed), sent), "producer");
    producer.setUncaughtExceptionHandler((thread, error) -> failure.set(error));
    producer.start();
    CRC32 received = new CRC32();
    Random release = new Random(seed + 1);
    long expected = 0;
    while (producer.isAlive() || !queue.isEmpty()) {
      ByteBuffer run = queue.readable();
      if (run == null) {
        Thread.onSpinWait();
        continue;
      }
      int length = Math.min(run.remaining(), 1 + release.nextInt(20_000));
      received.update(run.limit(run.position() + length));
      queue.release(length);
      expected += length;
    }
    producer.join();
    assertNull(failure.get(), () -> failure.get().toString());
    assertEquals(sent.getValue(), received.getValue(), "after " + expected + " bytes");
    queue.dispose();
    assertEquals(0, source.out.get());
  }

  private static void produce(ByteQueue queue, Random random, CRC32 sent) {
    byte[] bytes = new byte[70_000];
    random.nextBytes(bytes);
    for (int i = 0; i < RECORDS; i++) {
      int length = i % 10_000 == 0 ? bytes.length : 1 + random.nextInt(i % 100 == 0 ? 5_000 : 60);
      int from = random.nextInt(bytes.length - length + 1);
      ByteBuffer room = queue.claim(length);
      while (room == null) {
        Thread.onSpinWait();
        room = queue.claim(length);
      }
      room.put(bytes, from, length);
      queue.commit(length);
      sent.update(bytes, from, length);
    }
  }
}
