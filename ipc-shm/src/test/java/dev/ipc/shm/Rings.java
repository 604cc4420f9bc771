// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Rings in memory of this process, over each kind of buffer that works here. */
final class Rings {
  /** A kind of buffer, with a name for the report. */
  record Kind(String name, Function<ByteBuffer, AtomicBuffer> over) {
    Ring ring(int capacity) {
      return new Ring(
          over.apply(ByteBuffer.allocateDirect(SegmentLayout.WORDS_LENGTH)),
          over.apply(ByteBuffer.allocateDirect(capacity)));
    }

    AtomicBuffer line() {
      return over.apply(ByteBuffer.allocateDirect(SegmentLayout.BATON_LENGTH));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Rings() {}

  static List<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>();
    kinds.add(new Kind("varhandle", VarHandleBuffer::new));
    if (Buffers.unsafeWorks()) {
      kinds.add(new Kind("unsafe", UnsafeBuffer::new));
    }
    return kinds;
  }

  /** The sending end of a ring alone: there is no baton. */
  static RingWriter writer(Ring ring) {
    return new RingWriter(ring, noBaton());
  }

  /** The receiving end of a ring alone: there is no baton. */
  static RingReader reader(Ring ring) {
    return new RingReader(ring, noBaton());
  }

  /** One that is never passed. */
  static Baton noBaton() {
    return Baton.second(new VarHandleBuffer(ByteBuffer.allocateDirect(SegmentLayout.BATON_LENGTH)));
  }

  /** A message that tells its number and shows every change: of a length that may be 0. */
  static byte[] message(long number, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (number * 31 + i * 7L + length);
    }
    return bytes;
  }

  static byte[] copy(ByteBuffer part) {
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    return bytes;
  }

  static List<String> takeAll(RingReader reader) {
    List<String> texts = new ArrayList<>();
    while (reader.take((part, flags) -> texts.add(text(copy(part), flags)), 7) > 0) {
      // Until nothing is there.
    }
    return texts;
  }

  static String text(byte[] bytes, int flags) {
    StringBuilder text =
        new StringBuilder().append(flags).append(':').append(bytes.length).append(':');
    for (byte b : bytes) {
      text.append((char) ('A' + (b & 15))).append((char) ('A' + (b >> 4 & 15)));
    }
    return text.toString();
  }
}
