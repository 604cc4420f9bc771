// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that wait, and the memory that queues share. */
class InboxTest {
  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  @Test
  void keepsOrderLengthsAndPositions() {
    Inbox inbox = new Inbox(100_000);
    for (int i = 0; i < 300; i++) {
      ByteBuffer message = ByteBuffer.allocate(i + 3).position(3).order(ByteOrder.LITTLE_ENDIAN);
      assertTrue(inbox.offer(message));
      assertEquals(3, message.position());
    }
    List<Integer> lengths = new ArrayList<>();
    assertEquals(
        300,
        inbox.take(
            m -> {
              assertTrue(m.isReadOnly());
              assertEquals(ByteOrder.BIG_ENDIAN, m.order());
              m.order(ByteOrder.LITTLE_ENDIAN).position(m.limit()); // hurts nobody
              lengths.add(m.limit() - m.remaining());
            },
            1000));
    assertEquals(300, lengths.size());
    assertTrue(inbox.isEmpty());
  }

  @Test
  void isNotEmptyBeforeTheHandlerReturned() {
    Inbox inbox = new Inbox(10_000);
    assertTrue(inbox.offer(bytes(0)));
    inbox.take(m -> assertFalse(inbox.isEmpty()), 1);
    assertTrue(inbox.isEmpty());
  }

  @Test
  void aMessageWhoseHandlerThrowsIsTaken() {
    Inbox inbox = new Inbox(10_000);
    assertTrue(inbox.offer(bytes(1)));
    assertTrue(inbox.offer(bytes(2)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            inbox.take(
                m -> {
                  throw new IllegalArgumentException();
                },
                9));
    assertEquals(1, inbox.take(m -> assertEquals(2, m.remaining()), 9));
  }

  @Test
  void aWriterThatThrowsLeavesNothing() {
    Inbox inbox = new Inbox(10_000);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            inbox.offer(
                100,
                b -> {
                  b.putInt(7);
                  throw new IllegalArgumentException();
                }));
    assertTrue(inbox.isEmpty());
    assertEquals(4, inbox.offer(100, b -> b.putInt(8)));
    assertEquals(1, inbox.take(m -> assertEquals(8, m.getInt()), 9));
  }

  @Test
  void boundsCountAndOneMessageMoreFits() {
    Inbox inbox = new Inbox(1024);
    assertTrue(inbox.offer(bytes(5_000)));
    assertFalse(inbox.hasRoom(0));
    assertFalse(inbox.offer(bytes(0)));
    assertEquals(-1, inbox.offer(0, b -> {}));
    inbox.take(m -> {}, 1);
    assertTrue(inbox.hasRoom(5_000));
  }

  @Test
  void aPoolKeepsNoMoreThanItsBound() {
    BufferSource pool = BufferSource.pooledDirect(10_000, 4_096);
    List<ByteBuffer> out = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ByteBuffer buffer = pool.take(4_096);
      assertTrue(buffer.isDirect());
      out.add(buffer);
    }
    out.forEach(buffer -> pool.give(buffer.putInt(0, 4711)));
    int again = 0;
    for (int i = 0; i < 10; i++) {
      again += pool.take(4_096).getInt(0) == 4711 ? 1 : 0; // a fresh one is zero
    }
    assertEquals(2, again, "two of 4,096 bytes fit into 10,000");
    assertFalse(pool.take(5_000).isDirect(), "large ones are left to the collector");
  }

  @Test
  void aPoolServesManyThreads() throws Exception {
    BufferSource pool = BufferSource.pooledDirect(64 * 1024, 4_096);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int mine = t;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  ByteBuffer buffer = pool.take(i % 2 == 0 ? 1024 : 4096);
                  buffer.putInt(0, mine);
                  Thread.onSpinWait();
                  assertEquals(mine, buffer.getInt(0), "two have the same buffer");
                  assertEquals(0, buffer.position());
                  pool.give(buffer);
                }
              });
      thread.setUncaughtExceptionHandler((who, error) -> failures.add(error));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
  }
}
