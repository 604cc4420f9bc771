// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.IpcContext;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGKILL for either side of {@code exec:} at any time: no half message, no hang, nothing left. */
@Timeout(300)
class ChildKilledTest {
  private static final int KILLS = Integer.getInteger("ipc.kills", 150);
  private static final int KILLED = 128 + 9;

  /** Messages are a number, again and again; they must come whole, in order and without a gap. */
  private static final class Checker {
    private final AtomicLong next = new AtomicLong();
    private volatile String fault = "";

    void check(ByteBuffer message) {
      long expected = next.get();
      if (message.remaining() != (1 + expected % 1000) * Long.BYTES) {
        fault = "message " + expected + " has " + message.remaining() + " bytes";
      }
      while (message.hasRemaining()) {
        long number = message.getLong();
        if (number != expected) {
          fault = "message " + expected + " holds " + number;
          return;
        }
      }
      next.set(expected + 1);
    }
  }

  @Test
  void childrenThatAreKilledWhileTheySend() throws Exception {
    long seed = System.nanoTime();
    System.out.println("children killed, seed=" + seed);
    Random random = new Random(seed);
    List<String> before = List.of();
    long children = Programs.children();
    for (int i = 0; i < KILLS / 4; i++) {
      try (IpcContext context = IpcContext.create()) {
        Channel channel =
            context.connect(PipeTransport.exec(Programs.java(ChildMain.class, "count")));
        long pid = channel.peer().claimedPid().orElseThrow();
        Checker checker = new Checker();
        boolean pushed = i % 2 == 0;
        if (pushed) {
          channel.onMessage(checker::check);
        } else {
          channel.receive(checker::check, Programs.PATIENCE);
        }
        LockSupport.parkNanos(random.nextInt(30_000_000)); // the moment is the test's subject
        assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
        while (!pushed && channel.poll(checker::check, 100) >= 0) {
          Thread.onSpinWait();
        }
        CloseReport report = Programs.report(channel);
        assertEquals(CloseReason.PEER_DIED, report.reason(), report.toString());
        assertEquals(OptionalInt.of(KILLED), report.exitStatus());
        assertEquals("", checker.fault);
      }
      assertEquals(children, Programs.children());
      List<String> now = Programs.openFiles();
      before = i <= 1 ? now : before; // the first ones load classes
      List<String> added = new ArrayList<>(now);
      before.forEach(added::remove);
      assertTrue(now.size() <= before.size(), "opened and not closed=" + added);
    }
  }

  @Test
  void aChildEndsWithItsParent() throws Exception {
    for (int i = 0; i < Math.max(1, KILLS / 30); i++) {
      List<String> command = Programs.java(ChildMain.class, "parent");
      Process parent =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      long pid;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
        pid = Long.parseLong(lines.readLine());
        parent.destroyForcibly().waitFor();
      }
      Programs.await(
          "the child to end", () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
  }
}
