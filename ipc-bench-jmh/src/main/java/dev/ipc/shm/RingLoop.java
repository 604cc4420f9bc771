// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AtomicBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One thread puts a message into a ring and takes it out again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RingLoop {
  private static final int CAPACITY = 1 << 20;

  @Param({"32", "256", "1024", "65536"})
  private int size;

  private RingWriter writer;
  private RingReader reader;
  private ByteBuffer message;
  private long sum;
  private final PartHandler handler = (part, flags) -> sum += part.getLong(part.position());

  /** Makes an empty ring. */
  @Setup
  public void ring() {
    Ring ring = new Ring(buffer(SegmentLayout.WORDS_LENGTH), buffer(CAPACITY));
    AtomicBuffer line = buffer(SegmentLayout.BATON_LENGTH);
    writer = new RingWriter(ring, Baton.first(line));
    reader = new RingReader(ring, Baton.second(line));
    message = ByteBuffer.allocateDirect(size);
  }

  /** There and back. */
  @Benchmark
  public long offerAndTake() {
    if (!writer.offer(message, SegmentLayout.LAST) || reader.take(handler, 1) != 1) {
      throw new IllegalStateException("the message is lost");
    }
    return sum;
  }

  private static AtomicBuffer buffer(int length) {
    return Buffers.over(ByteBuffer.allocateDirect(length));
  }
}
