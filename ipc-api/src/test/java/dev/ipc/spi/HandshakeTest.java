// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.ChannelConfig;
import dev.ipc.IncompatiblePeerException;
import dev.ipc.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static Hello hello(String scheme, int max, String token) {
    return new Hello(1, 1, new Terms(scheme, max, 0, token), Host.local());
  }

  private static Hello versions(int min, int max) {
    return new Hello(min, max, new Terms("unix", 1000, 0, ""), Host.UNKNOWN);
  }

  @Test
  void bothSidesAgree() {
    Handshake client = Handshake.client(hello("unix", 5000, ""));
    Handshake server = Handshake.server(hello("unix", 3000, ""));
    assertFalse(server.opening().hasRemaining());
    assertTrue(server.feed(client.opening()));
    assertTrue(client.feed(server.welcome()));
    assertEquals(3000, client.agreement().maxMessageLength());
    assertEquals(3000, server.agreement().maxMessageLength());
    assertEquals(1, client.agreement().version());
    assertEquals(
        OptionalLong.of(ProcessHandle.current().pid()), server.agreement().peer().host().pid());
    assertEquals(Optional.empty(), server.answer());
    assertThrows(IllegalStateException.class, () -> client.feed(ByteBuffer.allocate(0)));
  }

  @Test
  void bytesBehindBelongToTheChannel() {
    Hello ours = hello("unix", 5000, "");
    ByteBuffer hello = ours.helloFrame();
    int length = hello.remaining();
    for (int cut = 0; cut <= length; cut++) {
      Handshake server = Handshake.server(ours);
      ByteBuffer stream = ByteBuffer.allocate(length + 20).put(hello.duplicate()).clear();
      stream.limit(cut);
      assertEquals(cut == length, server.feed(stream));
      stream.limit(length + 20);
      if (cut < length) {
        assertTrue(server.feed(stream));
      }
      assertEquals(20, stream.remaining());
    }
    Handshake server = Handshake.server(ours);
    for (int i = 0; i < length; i++) {
      assertEquals(i == length - 1, server.feed(hello.slice(i, 1)));
    }
  }

  @Test
  void garbageIsKnownByItsFirstEightBytes() {
    for (String garbage :
        List.of(
            "GET / HTTP/1.1\r\n",
            "SSH-2.0-OpenSSH",
            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc")) {
      byte[] octets = garbage.getBytes(StandardCharsets.ISO_8859_1);
      Handshake server = Handshake.server(hello("tcp", 1000, ""));
      assertFalse(server.feed(ByteBuffer.wrap(octets, 0, 7)));
      assertThrows(
          IncompatiblePeerException.class, () -> server.feed(ByteBuffer.wrap(octets, 7, 1)));
      assertTrue(server.answer().isEmpty());
      Handshake client = Handshake.client(hello("tcp", 1000, ""));
      assertThrows(IncompatiblePeerException.class, () -> client.feed(ByteBuffer.wrap(octets)));
    }
  }

  @Test
  void otherFramesMustNotComeFirst() {
    for (int type = 0; type < 16; type++) {
      ByteBuffer frame = ByteBuffer.allocate(64);
      Frame.putHeader(frame, 0, Frame.header(type, 0, 8));
      if (type != Frame.HELLO) {
        assertThrows(
            IncompatiblePeerException.class,
            () -> Handshake.server(hello("tcp", 1000, "")).feed(frame.duplicate().limit(8)));
      }
      if (type != Frame.WELCOME && type != Frame.REFUSE) {
        assertThrows(
            IncompatiblePeerException.class,
            () -> Handshake.client(hello("tcp", 1000, "")).feed(frame.duplicate().limit(8)));
      }
    }
  }

  @Test
  void refusalsReachTheOtherSide() {
    refused(hello("unix", 1, "wrong"), hello("unix", 1, "right"), RefusedException.class, 3);
    refused(hello("unix", 1, ""), hello("unix", 1, "right"), RefusedException.class, 3);
    refused(hello("unix", 1, ""), hello("tcp", 1, ""), IncompatiblePeerException.class, 6);
    refused(versions(2, 3), versions(1, 1), IncompatiblePeerException.class, 1);
    Handshake open = Handshake.server(hello("unix", 1, ""));
    assertTrue(open.feed(hello("unix", 1, "not asked for").helloFrame()));
    assertFalse(new String(open.welcome().array(), StandardCharsets.UTF_8).contains("not asked"));
  }

  private static void refused(
      Hello client, Hello server, Class<? extends RuntimeException> type, int code) {
    Handshake accepting = Handshake.server(server);
    RuntimeException ours = assertThrows(type, () -> accepting.feed(client.helloFrame()));
    assertFalse(ours.getMessage().contains("right"));
    Handshake connecting = Handshake.client(client);
    RuntimeException theirs =
        assertThrows(type, () -> connecting.feed(accepting.answer().orElseThrow()));
    assertTrue(theirs.getMessage().contains("code=" + code), theirs::getMessage);
    assertTrue(connecting.answer().isEmpty());
  }

  @Test
  void aTransportRefuses() {
    Handshake client = Handshake.client(hello("unix", 1, ""));
    RefusedException thrown =
        assertThrows(
            RefusedException.class,
            () -> client.feed(Handshake.refusal(RefuseCode.BUSY, "full\nqueue=128")));
    assertTrue(thrown.getMessage().contains("full queue=128"), thrown::getMessage);
    Handshake unknown = Handshake.client(hello("unix", 1, ""));
    ByteBuffer refusal = Handshake.refusal(RefuseCode.OTHER, "").put(8, (byte) 99);
    assertThrows(RefusedException.class, () -> unknown.feed(refusal));
  }

  @Test
  void theNewestCommonVersionIsChosen() {
    Handshake server = Handshake.server(versions(1, 4));
    assertTrue(server.feed(versions(2, 3).helloFrame()));
    assertEquals(3, server.agreement().version());
    Handshake client = Handshake.client(versions(2, 3));
    assertTrue(client.feed(server.welcome()));
    assertEquals(3, client.agreement().version());
    assertThrows(
        IncompatiblePeerException.class,
        () -> Handshake.client(versions(1, 1)).feed(server.welcome()));
  }

  @Test
  void aLongHelloPassesAndALongerOneIsNotMade() {
    Hello longest = hello("unix", 1, "t".repeat(3800));
    Handshake server = Handshake.server(longest);
    assertTrue(server.feed(longest.helloFrame()));
    assertThrows(
        IllegalArgumentException.class, () -> hello("unix", 1, "t".repeat(4096)).helloFrame());
  }

  @Test
  void oursComesFromTheConfigAndTheKernel() {
    ChannelConfig config = ChannelConfig.builder().maxMessageLength(77).token("secret").build();
    Hello ours = Hello.ours(config, "shm");
    assertEquals(new Terms("shm", 77, 0, "secret"), ours.terms());
    assertFalse(ours.toString().contains("secret"));
    if (java.nio.file.Files.exists(java.nio.file.Path.of("/proc/self/status"))) {
      assertTrue(ours.host().bootId().isPresent());
      assertFalse(ours.host().cpus().isEmpty());
    }
    assertEquals(ours, Hello.decode(ours.helloFrame().position(8)));
  }

  @Test
  void aSingleSharedCpuIsRecognised() {
    assertTrue(single("0", "0"));
    assertTrue(single("3", "3-3"));
    assertFalse(single("0", "1"));
    assertFalse(single("0-1", "0"));
    assertFalse(single("0", "0,4"));
    assertFalse(single("", "0"));
    assertFalse(host(1, "0").sharesSingleCpu(host(2, "0")), "another kernel");
    assertFalse(Host.UNKNOWN.sharesSingleCpu(Host.UNKNOWN));
    for (String wrong : List.of("a", "1-", "-1", "2-1", "0,", ",", "65536", "0-99999", "1 ")) {
      assertThrows(IllegalArgumentException.class, () -> host(1, wrong), wrong);
    }
  }

  private static boolean single(String ours, String theirs) {
    return host(1, ours).sharesSingleCpu(host(1, theirs));
  }

  private static Host host(long boot, String cpus) {
    return new Host(OptionalLong.empty(), Optional.of(new UUID(0, boot)), cpus);
  }

  @Test
  void aFeatureHoldsIfBothSidesHaveIt() {
    Hello ours = versions(1, 1).with(Terms.COPIES | 8);
    assertTrue(ours.shares(Terms.COPIES, versions(1, 1).with(~0L)));
    assertFalse(ours.shares(Terms.COPIES, versions(1, 1).with(8)));
    assertFalse(versions(1, 1).shares(Terms.COPIES, ours));
    assertEquals(versions(1, 1), ours.with(0));
  }
}
