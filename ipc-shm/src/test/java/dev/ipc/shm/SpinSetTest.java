// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is alone may leave looks out; beside others that have traffic, a look may take long. */
class SpinSetTest {
  private final SpinSet set = new SpinSet();

  private static final class Ring implements SpinSet.Source {
    final List<Boolean> alone = new ArrayList<>();
    boolean busy;

    @Override
    public boolean look(boolean alone) {
      this.alone.add(alone);
      return busy;
    }

    @Override
    public boolean isEmpty() {
      return !busy;
    }

    @Override
    public void announceSleep() {}

    @Override
    public long spinNanos() {
      return 1;
    }
  }

  private Ring watched() {
    Ring ring = new Ring();
    set.traffic(new SpinSet.Member(ring));
    return ring;
  }

  @Test
  void alone() {
    Ring ring = watched();
    set.look();
    ring.busy = true;
    set.look();
    set.look();
    assertEquals(List.of(true, true, true), ring.alone);
  }

  @Test
  void besideOneThatIsIdle() {
    Ring ring = watched();
    Ring idle = watched();
    set.look();
    ring.busy = true;
    set.look();
    set.look();
    assertEquals(List.of(true, true, true), ring.alone);
    assertEquals(List.of(true, false, false), idle.alone);
  }

  @Test
  void besideOneThatIsBusy() {
    Ring ring = watched();
    Ring busy = watched();
    busy.busy = true;
    set.look();
    set.look();
    busy.busy = false;
    set.look();
    set.look();
    assertEquals(List.of(true, false, false, true), ring.alone);
  }
}
