// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class NewcomersTest {
  private final Newcomers<Newcomers.Newcomer> newcomers = new Newcomers<>();
  private final List<String> gone = new ArrayList<>();
  private final List<Runnable> timers = new ArrayList<>();

  private Newcomers.Newcomer client(String name) {
    return () -> gone.add(name);
  }

  @Test
  void onlyTheFirstGoesAndOnlyWhenItIsSlow() {
    newcomers.add(client("first"));
    newcomers.add(client("second"));
    assertFalse(newcomers.hurry());
    while (!newcomers.hurry()) {
      LockSupport.parkNanos(1_000_000);
    }
    assertEquals(List.of("first"), gone);
    assertEquals(2, newcomers.count(), "who goes says so itself");
  }

  @Test
  void oneLookAtMostIsOnItsWay() {
    newcomers.add(client("first"));
    for (int i = 0; i < 3; i++) {
      newcomers.hurryWhile(() -> true, (task, nanos) -> timers.add(task));
    }
    assertEquals(1, timers.size());
    timers.remove(0).run();
    assertEquals(1, timers.size() + gone.size(), "it looks again, or the first has to go");
  }

  @Test
  void nobodyGoesWhenThereIsRoom() {
    newcomers.add(client("first"));
    newcomers.hurryWhile(() -> false, (task, nanos) -> timers.add(task));
    assertEquals(List.of(), timers);
  }

  @Test
  void nobodyIsHurriedWhenNobodyIsThere() {
    assertFalse(newcomers.hurry());
  }
}
