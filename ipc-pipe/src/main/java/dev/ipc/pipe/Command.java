// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import dev.ipc.Endpoint;
import dev.ipc.InvalidEndpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program and its arguments as the address of an endpoint: words between blanks, with the quotes
 * of a shell and nothing else of it. Within {@code '} everything is itself; within {@code "} and
 * outside, a backslash makes the next character itself.
 */
final class Command {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9@%_+=:,./-]+");
  private static final char NONE = 0;

  private final String text;
  private final List<String> words = new ArrayList<>();
  private StringBuilder word;
  private char quote = NONE;

  private Command(String text) {
    this.text = text;
  }

  /**
   * Reads an address.
   *
   * @throws InvalidEndpointException if a quote is not closed, or there is no program
   */
  static List<String> words(Endpoint endpoint) {
    Command command = new Command(endpoint.address());
    String wrong = command.read();
    if (!wrong.isEmpty()) {
      throw new InvalidEndpointException(
          wrong + ", endpoint=" + endpoint + "; write a program and its arguments, quoted");
    }
    return List.copyOf(command.words);
  }

  /** Writes an address that reads back as these words. */
  static String address(List<String> words) {
    return String.join(" ", words.stream().map(Command::quoted).toList());
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** What is wrong, empty if nothing is. */
  private String read() {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = c == '\\' && quote != '\'';
      if (escape && ++i == text.length()) {
        return "a backslash stands at the end";
      }
      take(escape ? text.charAt(i) : c, escape);
    }
    if (quote != NONE) {
      return "a quote is not closed, quote=" + quote;
    }
    endWord();
    return words.isEmpty() || words.get(0).isEmpty() ? "there is no program" : "";
  }

  private void take(char c, boolean itself) {
    boolean quoting = !itself && (quote == NONE ? c == '\'' || c == '"' : c == quote);
    if (!itself && quote == NONE && Character.isWhitespace(c)) {
      endWord();
      return;
    }
    if (word == null) {
      word = new StringBuilder();
    }
    if (quoting) {
      quote = quote == NONE ? c : NONE;
    } else {
      word.append(c);
    }
  }

  private void endWord() {
    if (word != null) {
      words.add(word.toString());
      word = null;
    }
  }
}
