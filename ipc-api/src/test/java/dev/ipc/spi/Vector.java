// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One golden vector of docs/wire.md. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Vector(
    String name, String framing, int max, boolean decodeOnly, byte[] stream, List<String> events) {
  private static final Pattern BLOCK =
      Pattern.compile("```vector (\\S+)\\n(.*?)```", Pattern.DOTALL);

  static List<Vector> all() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/wire.md"))) {
      root = root.getParent();
    }
    List<Vector> vectors = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(root.resolve("docs/wire.md")));
    while (matcher.find()) {
      vectors.add(parse(matcher.group(1), matcher.group(2)));
    }
    return vectors;
  }

  private static Vector parse(String name, String block) {
    String framing = "";
    int max = 0;
    boolean decodeOnly = false;
    StringBuilder hex = new StringBuilder();
    List<String> events = new ArrayList<>();
    for (String line : block.split("\n", -1)) {
      if (line.startsWith("framing ")) {
        framing = line.substring(8);
      } else if (line.startsWith("max ")) {
        max = Integer.parseInt(line.substring(4));
      } else if (line.equals("decode-only")) {
        decodeOnly = true;
      } else if (line.startsWith("hex ")) {
        hex.append(line.substring(4)).append(' ');
      } else if (line.startsWith("message ")) {
        events.add("message " + HexFormat.of().formatHex(octets(line.substring(8))));
      } else if (!line.isEmpty()) {
        events.add(line);
      }
    }
    return new Vector(name, framing, max, decodeOnly, octets(hex.toString()), events);
  }

  private static byte[] octets(String text) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (String token : text.strip().split(" +", -1)) {
      int star = token.indexOf('*');
      int times = star < 0 ? 1 : Integer.parseInt(token.substring(star + 1));
      byte[] once = HexFormat.of().parseHex(star < 0 ? token : token.substring(0, star));
      for (int i = 0; i < times; i++) {
        octets.writeBytes(once);
      }
    }
    return octets.toByteArray();
  }

  @Override
  public String toString() {
    return name;
  }
}
