// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.MessageHandler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Books every received message: how many, how many bytes, a digest over all in their order, and the
 * first thing that is wrong with one of a {@link Batch}: torn, missing, twice or out of its order.
 * One thread at a time writes, any thread reads.
 */
final class Ledger implements MessageHandler {
  private final Map<Long, Long> next = new HashMap<>();
  private final CRC32C crc = new CRC32C();

  /** Messages without a name since the last one with a name: they have an index too. */
  private long unnamed;

  private volatile long count;
  private volatile long bytes;
  private volatile long digest;
  private volatile String fault = "";

  @Override
  public synchronized void onMessage(ByteBuffer message) {
    ByteBuffer view = message.duplicate().order(ByteOrder.BIG_ENDIAN);
    int length = view.remaining();
    crc.reset();
    crc.update(view.duplicate());
    digest = 31 * digest + crc.getValue() + length;
    if (length >= Batch.HEADER) {
      examine(view);
    } else {
      unnamed++;
    }
    bytes = bytes + length;
    count = count + 1;
  }

  long count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  long digest() {
    return digest;
  }

  /** What is wrong first, empty if nothing is. */
  String fault() {
    return fault;
  }

  private void examine(ByteBuffer message) {
    int start = message.position();
    long seed = message.getLong(start);
    long index = message.getLong(start + 8);
    int length = message.getInt(start + 16);
    if (length != message.remaining()
        || message.getInt(start + Batch.CRC) != Batch.check(message)) {
      fail("torn, length=" + message.remaining() + ", after=" + count);
      return;
    }
    long expected = next.getOrDefault(seed, 0L) + unnamed;
    unnamed = 0;
    if (index != expected) {
      fail("out of sequence, seed=" + seed + ", index=" + index + ", expected=" + expected);
    }
    next.put(seed, index + 1);
  }

  private void fail(String what) {
    if (fault.isEmpty()) {
      fault = what;
    }
  }
}
