// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipc.Ipc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No transport without the kit: every installed scheme is proven by a contract test. */
class ContractsTest {
  private static final Pattern PLACE = Pattern.compile("Endpoint\\.of\\(\\s*\"([a-z][a-z0-9+.-]*)");

  private static final Pattern OWN = Pattern.compile("return new ([A-Za-z]+)\\(\\)");

  @Test
  void everySchemeHasAContractTest() throws IOException {
    Set<String> proven = new TreeSet<>();
    for (Path test : contractTests()) {
      Matcher matcher = PLACE.matcher(withItsTransport(test));
      while (matcher.find()) {
        proven.add(matcher.group(1));
      }
    }
    assertEquals(new TreeSet<>(Ipc.schemes()), proven, "installed schemes, and proven ones");
  }

  /** A contract test, and the transport beside it that joins both ends, where it has one. */
  private static String withItsTransport(Path test) throws IOException {
    String text = Files.readString(test);
    Matcher own = OWN.matcher(text);
    if (own.find()) {
      Path transport = test.resolveSibling(own.group(1) + ".java");
      return Files.exists(transport) ? text + Files.readString(transport) : text;
    }
    return text;
  }

  private static List<Path> contractTests() throws IOException {
    try (Stream<Path> files = Files.walk(ReadmeTest.root())) {
      return files
          .filter(file -> file.toString().contains("/src/test/java/"))
          .filter(file -> file.getFileName().toString().endsWith("ContractTest.java"))
          .filter(ContractsTest::extendsTheKit)
          .toList();
    }
  }

  private static boolean extendsTheKit(Path test) {
    try {
      return Files.readString(test).contains("extends TransportContract");
    } catch (IOException e) {
      throw new IllegalStateException(test.toString(), e);
    }
  }
}
