// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelConfigTest {
  private static ChannelConfig with(String options) {
    return ChannelConfig.defaults().with(Endpoint.of("unix:/x?" + options));
  }

  @Test
  void optionsOverride() {
    ChannelConfig config =
        with(
            "maxMessage=1&sendBuffer=64k&receiveBuffer=2m&connectTimeout=0&handshakeTimeout=7s"
                + "&frameTimeout=250ms&sendTimeout=1m&closeTimeout=2s&wait=sleeping&copy=true");
    assertEquals(1, config.maxMessageLength());
    assertEquals(64 * 1024, config.sendBuffer());
    assertEquals(2 * 1024 * 1024, config.receiveBuffer());
    assertEquals(Duration.ZERO, config.connectTimeout());
    assertEquals(Duration.ofSeconds(7), config.handshakeTimeout());
    assertEquals(Duration.ofMillis(250), config.frameTimeout());
    assertEquals(Duration.ofMinutes(1), config.sendTimeout());
    assertEquals(Duration.ofSeconds(2), config.closeTimeout());
    assertEquals(WaitStrategy.sleeping(), config.waitStrategy());
    assertTrue(config.copyReceived());
    assertFalse(config.with(Endpoint.of("unix:/x?copy=false")).copyReceived());
    assertEquals(WaitStrategy.spinning(), with("wait=spinning").waitStrategy());
    assertEquals(
        WaitStrategy.adaptive(), config.with(Endpoint.of("unix:/?wait=adaptive")).waitStrategy());
    assertEquals(1 << 30, with("maxMessage=1024m").maxMessageLength());
  }

  @Test
  void whatIsNotSetStays() {
    ChannelConfig config = ChannelConfig.builder().token("secret").sendBuffer(4096).build();
    assertSame(config, config.with(Endpoint.of("unix:/x?framing=line")));
    ChannelConfig changed = config.with(Endpoint.of("unix:/x?maxMessage=9"));
    assertEquals("secret", changed.token());
    assertEquals(4096, changed.sendBuffer());
    assertEquals(9, changed.maxMessageLength());
    assertEquals(10, ChannelConfig.optionKeys().size());
    assertFalse(ChannelConfig.optionKeys().contains("token"), "secrets never stand in endpoints");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "maxMessage=0",
        "maxMessage=-1",
        "maxMessage=1g",
        "maxMessage=",
        "maxMessage=1.5k",
        "maxMessage=1073741825",
        "maxMessage=2147483648",
        "maxMessage=4294967297",
        "maxMessage=9999999999m",
        "maxMessage=99999999999",
        "sendBuffer=1023",
        "receiveBuffer=1025m",
        "connectTimeout=5",
        "connectTimeout=-1s",
        "connectTimeout=1h",
        "connectTimeout=999999999m",
        "handshakeTimeout=0",
        "handshakeTimeout=0s",
        "frameTimeout=0ms",
        "wait=busy",
        "copy=yes",
        "copy=TRUE",
      })
  void whatIsWrongIsInTheMessage(String option) {
    InvalidEndpointException thrown =
        assertThrows(InvalidEndpointException.class, () -> with(option));
    assertTrue(thrown.getMessage().contains(option), thrown::getMessage);
    assertTrue(thrown.getMessage().contains("endpoint=unix:/x?"), thrown::getMessage);
  }

  @Test
  void theBuilderChecks() {
    ChannelConfig.Builder fresh = ChannelConfig.builder();
    List<Supplier<ChannelConfig.Builder>> wrong =
        List.of(
            () -> ChannelConfig.builder().maxMessageLength(0),
            () -> ChannelConfig.builder().maxMessageLength(Integer.MIN_VALUE),
            () -> ChannelConfig.builder().sendBuffer(1 << 30 | 1),
            () -> ChannelConfig.builder().connectTimeout(Duration.ofNanos(-1)),
            () -> ChannelConfig.builder().handshakeTimeout(Duration.ZERO),
            () -> ChannelConfig.builder().closeTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
    for (Supplier<ChannelConfig.Builder> builder : wrong) {
      assertThrows(IllegalArgumentException.class, () -> builder.get().build());
    }
    assertThrows(NullPointerException.class, () -> ChannelConfig.builder().token(null).build());
    assertThrows(
        NullPointerException.class, () -> ChannelConfig.builder().sendTimeout(null).build());
    assertEquals(ChannelConfig.defaults().token(), fresh.build().token());
  }

  @Test
  void tokensThatAreTooLongAreRefused() {
    for (int length : new int[] {513, 100_000}) {
      ChannelConfig.Builder builder = ChannelConfig.builder().token("x".repeat(length));
      IllegalArgumentException thrown =
          assertThrows(IllegalArgumentException.class, builder::build);
      assertTrue(thrown.getMessage().contains("length=" + length), thrown::getMessage);
      assertTrue(thrown.getMessage().contains("longest=512"), thrown::getMessage);
      assertFalse(thrown.getMessage().contains("xxx"), "secrets never stand in messages");
    }
    String longest = "x".repeat(512);
    assertEquals(longest, ChannelConfig.builder().token(longest).build().token());
  }

  @Test
  void aCopyIsTheSame() {
    Random random = new Random(Long.getLong("ipc.seed", 1));
    for (int round = 0; round < 2000; round++) {
      int bytes = 1024 + random.nextInt(1 << 20);
      int millis = 1 + random.nextInt(1 << 20);
      String options =
          "maxMessage=" + bytes + "&sendBuffer=" + bytes + "&frameTimeout=" + millis + "ms";
      ChannelConfig config = with(options).toBuilder().token("t" + bytes).build();
      ChannelConfig copy = config.toBuilder().build();
      assertEquals(bytes, copy.maxMessageLength());
      assertEquals(bytes, copy.sendBuffer());
      assertEquals(Duration.ofMillis(millis), copy.frameTimeout());
      assertEquals("t" + bytes, copy.token());
    }
  }
}
