// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AssemblyTest {
  private static final int LENGTH = 1024 * 1024;
  private static final int PART = 64 * 1024;

  private final Assembly assembly = new Assembly(16 * LENGTH);
  private final ByteBuffer part = ByteBuffer.allocate(PART);

  private void collect() {
    for (int sum = 0; sum < LENGTH; sum += PART) {
      assembly.append(part.clear(), PART);
    }
    assertEquals(LENGTH, assembly.view().remaining());
    assembly.clear();
  }

  @Test
  void longMessagesOneAfterTheOtherUseTheSameMemory() {
    collect();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      collect();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 10 * LENGTH, "bytes of 100 messages of 1 MiB: " + allocated);
  }

  @Test
  void nothingIsHeldForGood() {
    collect();
    assertEquals(0, assembly.capacity());
  }
}
