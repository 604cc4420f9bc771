// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static dev.ipc.shm.SegmentLayout.CAPACITY_OFFSET;
import static dev.ipc.shm.SegmentLayout.MAGIC;
import static dev.ipc.shm.SegmentLayout.MAGIC_OFFSET;
import static dev.ipc.shm.SegmentLayout.NONCE_OFFSET;
import static dev.ipc.shm.SegmentLayout.VERSION;
import static dev.ipc.shm.SegmentLayout.VERSION_OFFSET;

import dev.ipc.spi.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the first line of a segment says. The nonce is 128 random bits that the handshake tells as
 * well: who opens the file knows by it that this is the one.
 *
 * @param capacity of each ring, in bytes
 * @param nonceHigh its first half
 * @param nonceLow its second half
 */
record SegmentHeader(int capacity, long nonceHigh, long nonceLow) {
  SegmentHeader {
    SegmentLayout.checkCapacity(capacity);
  }

  /** Writes it to the beginning of a buffer, whose position and order stay. */
  void write(ByteBuffer to) {
    to.duplicate()
        .order(ByteOrder.nativeOrder())
        .putLong(MAGIC_OFFSET, MAGIC)
        .putInt(VERSION_OFFSET, VERSION)
        .putInt(CAPACITY_OFFSET, capacity)
        .putLong(NONCE_OFFSET, nonceHigh)
        .putLong(NONCE_OFFSET + Long.BYTES, nonceLow);
  }

  /**
   * Reads it, each field once, from the beginning of a buffer of at least {@link
   * SegmentLayout#HEADER_LENGTH} bytes.
   *
   * @throws ProtocolViolation if a field is not what this version writes
   */
  static SegmentHeader read(ByteBuffer from) {
    ByteBuffer header = from.duplicate().order(ByteOrder.nativeOrder());
    long magic = header.getLong(MAGIC_OFFSET);
    int version = header.getInt(VERSION_OFFSET);
    int capacity = header.getInt(CAPACITY_OFFSET);
    if (magic != MAGIC || version != VERSION || !SegmentLayout.isCapacity(capacity)) {
      throw ProtocolViolation.protocolError(
          String.format(
              "not a segment of version %d: magic=%x, version=%d, capacity=%d",
              VERSION, magic, version, capacity));
    }
    return new SegmentHeader(
        capacity, header.getLong(NONCE_OFFSET), header.getLong(NONCE_OFFSET + Long.BYTES));
  }
}
