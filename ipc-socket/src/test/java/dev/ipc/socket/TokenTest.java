// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipc.Channel;
import dev.ipc.ChannelConfig;
import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcContext;
import dev.ipc.Listener;
import dev.ipc.RefusedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A shared secret where the kernel vouches for nobody. */
@Timeout(60)
class TokenTest {
  private static final String SECRET = "s3cret-Grüße";

  @TempDir Path directory;

  private static ChannelConfig config(String token) {
    return ChannelConfig.builder().token(token).connectTimeout(Duration.ofSeconds(1)).build();
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void onlyTheRightTokenOpens(Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory), config(SECRET))) {
      for (String wrong : List.of("", "x", SECRET + "x", SECRET.substring(1), "S3cret-Grüße")) {
        RefusedException e =
            assertThrows(
                RefusedException.class, () -> context.connect(listener.endpoint(), config(wrong)));
        assertSilent(trace(e), wrong.length() < 2 ? SECRET : wrong);
        assertSilent(trace(e), SECRET);
      }
      assertTrue(listener.accept(Duration.ZERO).isEmpty(), "a refused client was accepted");
      try (Channel channel = context.connect(listener.endpoint(), config(SECRET));
          Channel accepted = listener.accept(Duration.ofSeconds(10)).orElseThrow()) {
        Collector received = Collector.on(accepted);
        channel.send(ByteBuffer.wrap(new byte[3]));
        received.expect(new byte[3]);
        for (Object named :
            List.of(
                listener,
                listener.endpoint(),
                channel,
                channel.endpoint(),
                channel.peer(),
                accepted,
                accepted.endpoint(),
                accepted.peer(),
                config(SECRET))) {
          assertSilent(named.toString(), SECRET);
        }
        channel.close();
        assertSilent(Collector.end(accepted).toString() + Collector.end(channel), SECRET);
      }
    }
  }

  /**
   * A client that has a token says it to a server that asks for none; that is no reason to fail.
   */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void whoAsksForNoneTakesAny(Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory));
        Channel channel = context.connect(listener.endpoint(), config(SECRET))) {
      assertTrue(listener.accept(Duration.ofSeconds(10)).isPresent());
      assertSilent(channel.toString(), SECRET);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theRefusalSaysWhy(Place place) throws Exception {
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory), config(SECRET));
        Raw client = Raw.connect(listener.endpoint())) {
      client.write(Raw.greeting(Raw.HELLO, 1, 1, place.scheme(), "wrong"));
      Raw.Frame answer = client.frame();
      assertEquals(Raw.REFUSE, answer.type());
      assertEquals(3, answer.refusal());
      assertSilent(answer.text(), SECRET);
      assertEquals(0, client.rest().length);
    }
  }

  /** The longest token there is, in the longest characters, fits into a greeting. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void theLongestTokenOpens(Place place) throws Exception {
    ChannelConfig longest = config("\u20ac".repeat(512));
    try (IpcContext context = Place.context();
        Listener listener = context.listen(place.free(directory), longest);
        Channel channel = context.connect(listener.endpoint(), longest)) {
      assertTrue(listener.accept(Duration.ofSeconds(10)).isPresent());
      assertTrue(channel.maxMessageLength() > 0);
    }
  }

  /** Nobody would ask for the token, so the secret protects nothing and is refused. */
  @ParameterizedTest
  @MethodSource("dev.ipc.socket.Place#all")
  void aPlainFramingHasNoPlaceForAToken(Place place) throws Exception {
    try (IpcContext context = Place.context()) {
      for (String framing : List.of("u32be", "u32le", "u16be", "line")) {
        Endpoint plain = place.free(directory).with("framing", framing);
        assertPlaceless(plain, () -> context.listen(plain, config(SECRET)).close());
        try (Listener listener = context.listen(plain)) {
          assertPlaceless(
              listener.endpoint(),
              () -> context.connect(listener.endpoint(), config(SECRET)).close());
          assertTrue(listener.accept(Duration.ZERO).isEmpty(), "somebody was connected");
        }
      }
    }
  }

  private static void assertPlaceless(Endpoint endpoint, Executable call) {
    InvalidEndpointException e = assertThrows(InvalidEndpointException.class, call);
    assertTrue(e.getMessage().contains("endpoint=" + endpoint), e.getMessage());
    assertSilent(trace(e), SECRET);
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static void assertSilent(String text, String secret) {
    assertFalse(text.contains(secret), text);
  }
}
