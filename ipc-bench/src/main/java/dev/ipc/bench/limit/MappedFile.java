// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file in memory that two processes map. */
public final class MappedFile {
  private MappedFile() {}

  /** Makes it, full of zeros. */
  public static ByteBuffer create(Path place, int length) throws IOException {
    Files.write(path(place), new byte[length]);
    return open(place);
  }

  /** Maps the one that {@link #create} made. */
  public static ByteBuffer open(Path place) throws IOException {
    try (FileChannel file =
        FileChannel.open(path(place), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return file.map(FileChannel.MapMode.READ_WRITE, 0, file.size())
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static Path path(Path place) {
    return place.resolve("memory");
  }
}
