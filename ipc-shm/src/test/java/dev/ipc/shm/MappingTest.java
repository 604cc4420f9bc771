// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that goes when it is told to go. */
@Tag("portable")
class MappingTest {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final int LENGTH = 64 * 1024;

  @TempDir Path directory;

  private Mapping map(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      file.write(ByteBuffer.allocate(LENGTH), 0);
      return Mapping.of(file, LENGTH);
    }
  }

  private static long mapped(Path path) throws IOException {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines.filter(line -> line.contains(path.toString())).count();
    }
  }

  @Test
  void twoMappingsAreTheSameMemory() throws IOException {
    Path path = directory.resolve("segment");
    Mapping one = map(path);
    Mapping other = map(path);
    one.buffer().putLong(LENGTH - 8, 42);
    assertEquals(42, other.buffer().getLong(LENGTH - 8));
    assertEquals(LENGTH, other.buffer().capacity());
    assertTrue(one.buffer().isDirect());
    one.unmap();
    other.buffer().putLong(0, 43);
    other.unmap();
  }

  @Test
  void unmappedItIsGoneAtOnceAndOnlyOnce() throws IOException {
    assumeTrue(Files.exists(MAPS), "no list of mappings here");
    Path path = directory.resolve("segment");
    List<Mapping> mappings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      mappings.add(map(path));
      assertTrue(Buffers.over(mappings.get(i).buffer()).getLongVolatile(0) == 0);
    }
    assertTrue(mapped(path) > 0);
    for (Mapping mapping : mappings) {
      mapping.unmap();
      mapping.unmap();
    }
    assertEquals(0, mapped(path));
  }
}
