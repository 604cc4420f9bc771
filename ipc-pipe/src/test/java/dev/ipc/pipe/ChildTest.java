// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.CloseReason;
import dev.ipc.CloseReport;
import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.IpcContext;
import dev.ipc.IpcException;
import dev.ipc.IpcTimeoutException;
import dev.ipc.ReceiveResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that behave, and programs that do not: each ends in its bound, and nothing is left. */
@Timeout(60)
class ChildTest {
  private final long before = Programs.children();
  private final IpcContext context = IpcContext.create();

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    context.close();
    assertEquals(before, Programs.children());
    Programs.await("the threads to end", () -> threads().isEmpty());
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ipc-pipe"))
        .toList();
  }

  private Channel plain(String script, String... options) throws InterruptedException {
    Endpoint endpoint = Programs.shell(script).with("framing", "line");
    for (int i = 0; i < options.length; i += 2) {
      endpoint = endpoint.with(options[i], options[i + 1]);
    }
    return context.connect(endpoint);
  }

  // ---- those that behave

  @Test
  void aFilterIsAPeer() throws Exception {
    Channel sort = context.connect(Endpoint.of("exec:sort?framing=line"));
    for (String word : List.of("pear", "fig", "apple")) {
      sort.send(Programs.text(word));
    }
    sort.endOutput();
    assertEquals(List.of("apple", "fig", "pear"), Programs.all(sort));
    CloseReport report = Programs.report(sort);
    assertEquals(CloseReason.PEER_CLOSED, report.reason());
    assertEquals(OptionalInt.of(0), report.exitStatus());
  }

  @Test
  void everyPlainFramingPassesACopier() throws Exception {
    for (String framing : List.of("line", "u16be", "u32be", "u32le")) {
      try (Channel cat = context.connect(Endpoint.of("exec:cat?framing=" + framing))) {
        for (String word : List.of("one", "", "x".repeat(60_000))) {
          cat.send(Programs.text(word));
          List<String> answer = new ArrayList<>();
          ReceiveResult result =
              cat.receive(message -> answer.add(Programs.text(message)), Programs.PATIENCE);
          assertEquals(ReceiveResult.RECEIVED, result);
          assertEquals(List.of(word), answer, framing);
        }
      }
    }
  }

  @Test
  void aChildInJavaAnswersAndItsStrayLinesDoNoHarm() throws Exception {
    Channel child = context.connect(PipeTransport.exec(Programs.java(ChildMain.class, "echo")));
    child.send(Programs.text("hello"));
    List<String> answer = new ArrayList<>();
    child.receive(message -> answer.add(Programs.text(message)), Programs.PATIENCE);
    assertEquals(List.of("hello"), answer);
    child.close();
    CloseReport report = Programs.report(child);
    assertEquals(CloseReason.LOCAL, report.reason());
    assertEquals(OptionalInt.of(0), report.exitStatus());
  }

  @Test
  void argumentsNeedNoShell() throws Exception {
    List<String> words = List.of("printf", "%s|", "a b", "it's", "$HOME", "\\", "\"", "");
    Endpoint endpoint = PipeTransport.exec(words).with("framing", "line");
    assertEquals(words, Command.words(Endpoint.of(endpoint.toString())));
    assertEquals(List.of("a b|it's|$HOME|\\|\"||"), Programs.all(context.connect(endpoint)));
  }

  // ---- those that do not

  @Test
  void aMissingProgramIsAbsent() {
    IpcException e =
        assertThrows(
            EndpointAbsentException.class,
            () -> context.connect(Endpoint.of("exec:no-such-program-anywhere")));
    assertTrue(e.getMessage().contains("no-such-program-anywhere"), e.getMessage());
  }

  @Test
  void whoExitsAtOnceIsNoPeer() {
    IpcException e =
        assertThrows(
            IncompatiblePeerException.class,
            () -> context.connect(Programs.shell("echo no licence >&2; exit 3")));
    assertTrue(e.getMessage().contains("exitStatus=3"), e.getMessage());
    assertTrue(e.getMessage().contains("lastError=no licence"), e.getMessage());
  }

  @Test
  void whoPrintsLinesIsNoPeer() {
    assertThrows(
        IncompatiblePeerException.class,
        () -> context.connect(Programs.shell("echo Welcome to my program; sleep 60")));
  }

  @Test
  void whoSaysNothingIsGivenUp() {
    Endpoint endpoint = Programs.shell("sleep 60").with("handshakeTimeout", "200ms");
    long start = System.nanoTime();
    assertThrows(IpcTimeoutException.class, () -> context.connect(endpoint));
    assertTrue(Programs.since(start).toSeconds() < 5, "late");
  }

  @Test
  void aFloodOfErrorsHoldsNothingUp() throws Exception {
    Channel channel =
        plain("yes error | head -c 104857600 >&2; echo done", "closeTimeout", "100ms");
    assertEquals(List.of("done"), Programs.all(channel));
  }

  @Test
  void whoIgnoresTheTermSignalIsKilled() throws Exception {
    Channel channel =
        plain(
            "trap '' TERM; echo ready; while :; do sleep 1; done",
            "closeTimeout",
            "100ms",
            "exitTimeout",
            "100ms",
            "killTimeout",
            "100ms");
    channel.receive(message -> {}, Programs.PATIENCE);
    long start = System.nanoTime();
    channel.close();
    assertTrue(Programs.since(start).compareTo(Duration.ofSeconds(5)) < 0, "late");
    assertEquals(OptionalInt.of(128 + 9), Programs.report(channel).exitStatus());
  }

  @Test
  void whoWaitsForTheTermSignalGetsIt() throws Exception {
    Channel channel =
        plain(
            "trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done",
            "closeTimeout",
            "100ms",
            "exitTimeout",
            "100ms",
            "killTimeout",
            "20s");
    channel.receive(message -> {}, Programs.PATIENCE);
    channel.abort();
    assertEquals(OptionalInt.of(5), Programs.report(channel).exitStatus());
  }

  @Test
  void aGrandchildThatKeepsTheOutputOpenIsNotWaitedFor() throws Exception {
    Channel channel = plain("sleep 5 & echo last; exit 7", "exitTimeout", "100ms");
    long start = System.nanoTime();
    assertEquals(List.of("last"), Programs.all(channel));
    CloseReport report = Programs.report(channel);
    assertEquals(OptionalInt.of(7), report.exitStatus());
    assertTrue(Programs.since(start).compareTo(Duration.ofSeconds(4)) < 0, report.toString());
  }

  @Test
  void aClosedContextLeavesNoChild() throws Exception {
    Channel channel = plain("trap '' TERM; echo ready; while :; do sleep 1; done");
    channel.receive(message -> {}, Programs.PATIENCE);
    long pid = channel.peer().claimedPid().orElseThrow();
    context.close();
    Programs.await(
        "the child to end", () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    assertFalse(channel.closed().toCompletableFuture().isCompletedExceptionally());
  }
}
