// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DirtyListTest {
  private static final int ADDERS = 3;
  private static final int ADDS = 200_000;

  private final DirtyList list = new DirtyList();

  private static Connection connection() {
    return new Connection(null, null, null);
  }

  @Test
  void theOldestComesFirstAndEachOnce() {
    Connection first = connection();
    Connection second = connection();
    list.add(first);
    list.add(second);
    list.add(first);
    assertSame(first, list.poll());
    list.add(first);
    assertSame(second, list.poll());
    assertSame(first, list.poll());
    assertNull(list.poll());
    assertTrue(list.isEmpty());
  }

  @Test
  void noWishIsLost() {
    List<Connection> connections = IntStream.range(0, 5).mapToObj(i -> connection()).toList();
    Map<Connection, AtomicLong> wishes = new HashMap<>();
    connections.forEach(c -> wishes.put(c, new AtomicLong()));
    CompletableFuture<?>[] adders = new CompletableFuture<?>[ADDERS];
    for (int a = 0; a < ADDERS; a++) {
      adders[a] =
          Sides.thread(
              () -> {
                for (int i = 0; i < ADDS; i++) {
                  Connection connection = connections.get(i % connections.size());
                  wishes.get(connection).incrementAndGet();
                  list.add(connection);
                }
              });
    }
    Map<Connection, Long> seen = new HashMap<>();
    CompletableFuture<Void> all = CompletableFuture.allOf(adders);
    boolean last;
    do {
      last = all.isDone();
      for (Connection next = list.poll(); next != null; next = list.poll()) {
        seen.put(next, wishes.get(next).get());
      }
    } while (!last);
    all.join();
    connections.forEach(c -> assertEquals(wishes.get(c).get(), seen.get(c)));
  }
}
