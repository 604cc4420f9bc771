// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * Messages that can be made again anywhere from a few numbers. Message {@code i} has the i-th size,
 * in turn. From 24 bytes on it names itself and carries its own check:
 *
 * <pre>
 *   0        8        16       20      24
 *   | seed   | index  | length | crc32c | body ...
 * </pre>
 */
record Batch(long seed, int count, List<Integer> sizes) {
  static final int HEADER = 24;
  static final int CRC = 20;

  static Batch of(long seed, int count, Integer... sizes) {
    return new Batch(seed, count, List.of(sizes));
  }

  int size(int index) {
    return sizes.get(index % sizes.size());
  }

  long bytes() {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += size(i);
    }
    return bytes;
  }

  ByteBuffer message(int index) {
    int size = size(index);
    ByteBuffer message = ByteBuffer.allocate(size);
    long state = seed * 0x9E3779B97F4A7C15L + index;
    while (message.remaining() >= 8) {
      state = mix(state);
      message.putLong(state);
    }
    while (message.hasRemaining()) {
      state = mix(state);
      message.put((byte) state);
    }
    if (size >= HEADER) {
      message.putLong(0, seed).putLong(8, index).putInt(16, size).putInt(CRC, 0);
      message.putInt(CRC, check(message.flip()));
    }
    return message.clear();
  }

  /** The digest of a {@link Ledger} that has seen all of this, in order and nothing else. */
  long digest() {
    Ledger ledger = new Ledger();
    for (int i = 0; i < count; i++) {
      ledger.onMessage(message(i));
    }
    return ledger.digest();
  }

  /** The check of a whole message, its own place for it counted as zero. */
  static int check(ByteBuffer message) {
    CRC32C crc = new CRC32C();
    int start = message.position();
    crc.update(message.slice(start, CRC));
    crc.update(new byte[HEADER - CRC]);
    crc.update(message.slice(start + HEADER, message.remaining() - HEADER));
    return (int) crc.getValue();
  }

  /** As three words that {@link #parse} reads. */
  @Override
  public String toString() {
    String list = sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
    return seed + " " + count + " " + list;
  }

  static Batch parse(String seed, String count, String sizes) {
    List<Integer> list = Arrays.stream(sizes.split(",")).map(Integer::valueOf).toList();
    return new Batch(Long.parseLong(seed), Integer.parseInt(count), list);
  }

  private static long mix(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
