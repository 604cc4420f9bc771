// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The files to be sent, with the lengths and sums that they had on disk at the start. Both
 * processes get them in a file of their own, so that neither has to believe what it receives.
 */
record Content(List<Item> items) {
  private static final int BLOCK = 1 << 16;

  /** One file. The name is for people, the path is absolute, the sum is SHA-256 in hexadecimal. */
  record Item(String name, Path path, long length, String sum) {
    static Item of(Path path) throws IOException {
      MessageDigest digest = Sums.sha256();
      byte[] block = new byte[BLOCK];
      long length = 0;
      try (InputStream in = Files.newInputStream(path)) {
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
          digest.update(block, 0, n);
          length += n;
        }
      }
      return new Item(path.toString(), path.toAbsolutePath(), length, Sums.text(digest));
    }

    /** Whether the file is not what it was at the start. */
    boolean changed() {
      try {
        return !of(path).sum.equals(sum);
      } catch (IOException e) {
        return true;
      }
    }
  }

  Content {
    items = List.copyOf(items);
  }

  static Content of(List<Path> files) {
    List<Item> items = new ArrayList<>();
    for (Path file : files) {
      try {
        items.add(Item.of(file));
      } catch (IOException e) {
        throw new Failure("cannot read the file, file=" + file + ": " + e.getMessage());
      }
    }
    return new Content(items);
  }

  long length() {
    return items.stream().mapToLong(Item::length).sum();
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(items.size());
      for (Item item : items) {
        out.writeUTF(item.name);
        out.writeUTF(item.path.toString());
        out.writeLong(item.length);
        out.writeUTF(item.sum);
      }
    }
  }

  static Content read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      List<Item> items = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        items.add(new Item(in.readUTF(), Path.of(in.readUTF()), in.readLong(), in.readUTF()));
      }
      return new Content(items);
    }
  }
}
