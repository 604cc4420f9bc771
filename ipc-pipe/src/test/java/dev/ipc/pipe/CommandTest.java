// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import dev.ipc.IpcContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Words, quotes and backslashes. */
class CommandTest {
  private static List<String> words(String address) {
    return Command.words(Endpoint.of("exec", address, Map.of()));
  }

  @Test
  void wordsAreCutAsInAShell() {
    assertEquals(List.of("python3", "worker.py"), words("  python3\tworker.py "));
    assertEquals(List.of("a b", "c d", "e f"), words("'a b' \"c d\" e\\ f"));
    assertEquals(List.of("x", "", ""), words("x '' \"\""));
    assertEquals(List.of("x", "a\\b", "a\"b", "a'b"), words("x 'a\\b' \"a\\\"b\" a\\'b"));
    assertEquals(List.of("onewordof", "$PARTS", "*"), words("one'word'\"of\" $PARTS *"));
  }

  @Test
  void listsReadBack() {
    for (List<String> words :
        List.of(
            List.of("sort"),
            List.of("sh", "-c", "echo 'it''s' \"quoted\" \\ $x | cat > /dev/null"),
            List.of("x", "", " ", "'", "\"", "\\", "\n", "\u00e9", "?a=b&c=d", "%41"))) {
      Endpoint endpoint = PipeTransport.exec(words);
      assertEquals(words, Command.words(Endpoint.of(endpoint.toString())));
    }
  }

  @Test
  void whatIsNoCommandIsRefusedBeforeAnythingStarts() {
    try (IpcContext context = IpcContext.create()) {
      for (String address : List.of("", " ", "'", "x \"y", "x \\", "'' x")) {
        Endpoint endpoint = Endpoint.of("exec", address, Map.of());
        assertThrows(InvalidEndpointException.class, () -> context.capabilities(endpoint), address);
      }
      for (String option : List.of("exitTimeout=soon", "killTimeout=-1s", "role=reader", "x=y")) {
        Endpoint endpoint = Endpoint.of("exec:cat?" + option);
        assertThrows(InvalidEndpointException.class, () -> context.capabilities(endpoint), option);
      }
    }
  }
}
