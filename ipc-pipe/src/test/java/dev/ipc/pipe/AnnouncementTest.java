// SPDX-License-Identifier: Apache-2.0
package dev.ipc.pipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a client writes, and what a listener makes of anything. */
class AnnouncementTest {
  private static List<String> lines(byte[]... writes) {
    List<String> lines = new ArrayList<>();
    Lines cutter = new Lines(Announcement.MOST_BYTES, lines::add);
    for (byte[] bytes : writes) {
      for (byte octet : bytes) {
        cutter.add(ByteBuffer.wrap(new byte[] {octet})); // reads cut anywhere
      }
    }
    return lines;
  }

  @Test
  void itReadsBack() {
    for (String path : List.of("/run/user/1000/ipc/0-7", "/tmp/a b/\u00e9 %41", "/x")) {
      Announcement announcement = Announcement.of(Path.of(path));
      List<String> lines = lines(announcement.encode(), announcement.encode());
      assertEquals(2, lines.size());
      for (String line : lines) {
        assertEquals(Optional.of(announcement), Announcement.decode(line));
      }
    }
    assertNotEquals(Announcement.of(Path.of("/x")).id(), Announcement.of(Path.of("/x")).id());
  }

  @Test
  void garbageBeforeItCostsNothing() {
    Announcement announcement = Announcement.of(Path.of("/run/ipc/0-1"));
    List<String> lines = lines(new byte[100_000], announcement.encode());
    assertEquals(2, lines.size());
    assertEquals(Optional.empty(), Announcement.decode(lines.get(0)));
    assertEquals(Optional.of(announcement), Announcement.decode(lines.get(1)));
  }

  @Test
  void aChangedByteIsNoticed() {
    byte[] bytes = Announcement.of(Path.of("/run/ipc/0-1")).encode();
    for (int i = 1; i < bytes.length - 1; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      for (String line : lines(changed)) {
        assertEquals(Optional.empty(), Announcement.decode(line), new String(changed, UTF_8));
      }
    }
  }

  @Test
  void whatIsNoLineIsNotWritten() {
    assertThrows(
        IllegalArgumentException.class, () -> Announcement.of(Path.of("/tmp/a\nb")).encode());
    assertThrows(
        IllegalArgumentException.class,
        () -> Announcement.of(Path.of("/" + "x".repeat(5000))).encode());
    assertTrue(Announcement.of(Path.of("/x".repeat(1000))).encode().length < 4096);
  }
}
