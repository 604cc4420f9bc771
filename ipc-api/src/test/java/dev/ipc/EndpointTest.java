// SPDX-License-Identifier: Apache-2.0
package dev.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @Test
  void theFirstRawQuestionMarkStartsTheOptions() {
    Endpoint endpoint = Endpoint.of("unix:/run/a%3Fb.sock?maxMessage=1m&x=a?b=c");
    assertEquals("unix", endpoint.scheme());
    assertEquals("/run/a?b.sock", endpoint.address());
    assertEquals(Map.of("maxMessage", "1m", "x", "a?b=c"), endpoint.options());
    assertEquals(Optional.of("1m"), endpoint.option("maxMessage"));
    assertEquals(Optional.empty(), endpoint.option("MAXMESSAGE"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix:/run/app/orders.sock",
        "tcp:[::1]:5000",
        "tcp:127.0.0.1:0?framing=u32be&wait=spinning",
        "unix:/tmp/a b%25?k=",
        "shm:/\u00e4/\u20ac/\ud83d\ude00",
        "stdio:",
        "stdio:?orphan=stay",
        "stdio:-",
        "unix+seqpacket:/x",
      })
  void theCanonicalTextReadsBack(String text) {
    Endpoint endpoint = Endpoint.of(text);
    assertEquals(endpoint, Endpoint.of(endpoint.toString()));
    assertEquals(endpoint.hashCode(), Endpoint.of(endpoint.toString()).hashCode());
    assertEquals(endpoint.toString(), Endpoint.of(endpoint.toString()).toString());
  }

  @Test
  void theCanonicalTextIsSortedAndPlain() {
    assertEquals("unix:/a%20b?a=1&b=%26", Endpoint.of("unix:/a b?b=%26&%61=1").toString());
    assertEquals("tcp:[::1]:80", Endpoint.of("tcp:%5B::1%5d:80").toString());
    assertEquals("x:%C3%A4", Endpoint.of("x:\u00e4").toString());
  }

  @Test
  void partsNeedNoQuoting() {
    Random random = new Random(seed());
    for (int round = 0; round < 20_000; round++) {
      Map<String, String> options = new TreeMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        options.put("k" + random.nextInt(10), text(random, random.nextInt(6)));
      }
      Endpoint endpoint = Endpoint.of("unix", text(random, 1 + random.nextInt(12)), options);
      assertEquals(endpoint, Endpoint.of(endpoint.toString()), endpoint::toString);
    }
  }

  @Test
  void anyTextIsAnEndpointOrInvalid() {
    Random random = new Random(seed());
    int valid = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder("unix:/a?b=c&d=%41".substring(0, random.nextInt(18)));
      for (int i = random.nextInt(6); i > 0; i--) {
        text.insert(
            random.nextInt(text.length() + 1), "%%%4?&=:\0\u00e4\ud83d".charAt(random.nextInt(11)));
      }
      try {
        Endpoint endpoint = Endpoint.of(text.toString());
        assertEquals(endpoint, Endpoint.of(endpoint.toString()));
        valid++;
      } catch (InvalidEndpointException e) {
        assertTrue(e.getMessage().length() < 300);
      }
    }
    assertTrue(valid > 1000, "valid=" + valid);
  }

  private static long seed() {
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("EndpointTest: -Dipc.seed=" + seed);
    return seed;
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> "%?&=#+ /:;\\\"'".charAt(random.nextInt(13));
            case 1 -> 1 + random.nextInt(127);
            case 2 -> 0x80 + random.nextInt(0x3000);
            default -> 0x1f600 + random.nextInt(50);
          });
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "nocolon nocolon",
        ":address scheme=",
        "Unix:/x scheme=Unix",
        "1x:/x scheme=1x",
        "unix:/x? option=",
        "unix:/x?novalue option=novalue",
        "unix:/x?=v option==v",
        "unix:/x?a=1&&b=2 option=",
        "unix:/x?a=1&a=2 key=a",
        "unix:/x?a_b=1 key=a_b",
        "unix:/x% unix:/x%",
        "unix:/x%4 unix:/x%4",
        "unix:/x%zz unix:/x%zz",
        "unix:/x%FF unix:/x%FF",
        "unix:/x%ED%A0%80 unix:/x%ED%A0%80",
        "unix:/x%00 unix",
      })
  void whatIsWrongIsInTheMessage(String text, String part) {
    InvalidEndpointException thrown =
        assertThrows(InvalidEndpointException.class, () -> Endpoint.of(text));
    assertTrue(thrown.getMessage().contains(part), thrown::getMessage);
  }

  @Test
  void controlCharactersStayOutOfLogs() {
    InvalidEndpointException thrown =
        assertThrows(InvalidEndpointException.class, () -> Endpoint.of("unix", "a\0b", Map.of()));
    assertTrue(thrown.getMessage().indexOf('\0') < 0, thrown::getMessage);
  }

  @Test
  void halfASurrogateIsNoText() {
    for (String half : List.of("\ud83d", "a\ude00b", "\ud83dx")) {
      assertThrows(InvalidEndpointException.class, () -> Endpoint.of("unix:/" + half), half);
      assertThrows(InvalidEndpointException.class, () -> Endpoint.of("unix", half, Map.of()), half);
    }
  }

  @Test
  void changesMakeOtherEndpoints() {
    Endpoint endpoint = Endpoint.of("tcp:localhost:0?a=1");
    assertEquals("tcp:localhost:0?a=2", endpoint.with("a", "2").toString());
    assertEquals("tcp:localhost:0?a=1&b=%3F", endpoint.with("b", "?").toString());
    assertEquals("tcp:localhost:81?a=1", endpoint.withAddress("localhost:81").toString());
    assertEquals("tcp:localhost:0?a=1", endpoint.toString());
    assertNotEquals(endpoint, endpoint.with("a", "2"));
    assertThrows(UnsupportedOperationException.class, () -> endpoint.options().put("a", "2"));
  }
}
